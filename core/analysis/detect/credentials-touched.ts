import type { BodyfileRow } from '../disk/disk-rows';
import { evidenceOf, named } from './describe';
import { backedAt, certainAt, secondsAsIso } from './file-times';
import type { Detection, Detector } from './finding';
import type { Host } from './host';

export const credentialsTouched: Detector = {
  id: 'credentials-touched',
  title: 'keys and stored credentials changed or read in the attack window',
  technique: 'T1552.001',
  rationale: 'Keys on the machine open other doors; whoever read them may come back another way.',
  falsePositives:
    'The programs that use them. With relatime, a read is recorded only once a day, so silence says nothing.',
  needs: [['bodyfile'], ['window']],
  run: (host) => host.disk.files.flatMap((row) => detect(row, host)),
};

const CREDENTIALS =
  /\/\.aws\/(?:credentials|config)$|\/\.ssh\/(?:id_[a-z0-9]+|[^/]+\.pem|known_hosts)$|\/\.kube\/config$|\/\.docker\/config\.json$|\/\.git-credentials$|\/\.netrc$|\/\.pgpass$|\/\.my\.cnf$|\/\.env(?:\.[a-z]+)?$|\/wp-config\.php$|^\/etc\/ssl\/private\/|^\/etc\/ssh\/ssh_host_[a-z0-9]+_key$|^\/etc\/kubernetes\/.*\.(?:key|conf)$|\/\.config\/gcloud\/|\/\.vault-token$/;

function detect(row: BodyfileRow, host: Host): readonly Detection[] {
  if (!CREDENTIALS.test(row.path) || row.state !== 'allocated') return [];
  const changed = [row.ctime, row.crtime].find((time) => time > 0 && host.inWindow(time));
  const read = row.atime > 0 && row.atime !== row.crtime && host.inWindow(row.atime) ? row.atime : undefined;
  const at = changed ?? read;
  if (at === undefined || host.disk.installedAround(at)) return [];
  const backed = changed !== undefined && backedAt({ kind: 'changed', at: changed }, host);
  return [
    {
      title: `${named(row.path)} was ${changed === undefined ? 'read' : 'changed'} at ${secondsAsIso(at)}`,
      loose: !certainAt({ kind: 'changed', at }, host),
      confidence: backed ? 'medium' : 'low',
      because:
        changed === undefined
          ? 'an access time does not say who read it'
          : backed
            ? 'it changed in the attack window'
            : 'it changed in the window, and its owner may have been at work then',
      subject: { kind: 'file', path: row.path },
      theme: 'credentials',
      technique: /\.ssh|\.pem$|_key$/.test(row.path) ? 'T1552.004' : 'T1552.001',
      evidence: evidenceOf([row.source]),
      at: at * 1000,
      weight: backed ? 48 : 25,
    },
  ];
}
