import type { StringRow } from '../disk/disk-rows';
import { evidenceOf, isPrivate, isRemote, named } from './describe';
import type { Detection, Detector, Theme } from './finding';
import type { Host } from './host';
import { reverseShell } from './reverse-shell';
import { suspectConnection } from './suspect-connection';
import { type TextSign, tellingText } from './telling-text';

export const survivingText: Detector = {
  id: 'surviving-text',
  title: 'text that survived in unallocated blocks and in recovered files: requests, scripts, addresses, secrets',
  technique: 'T1070.004',
  rationale: 'Deleted files lose their names; their text stays until the blocks are used again.',
  falsePositives:
    'Anything that was ever on the disk, of any time: no name and no date come with it. Every web server is scanned every day.',
  needs: [['strings', 'recovered']],
  run: (host) => [...bySign(host), ...byAddress(host)],
};

const WORDS: Readonly<
  Record<
    TextSign,
    { readonly what: string; readonly theme: Theme; readonly technique: string; readonly weight: number }
  >
> = {
  'attack-request': {
    what: 'requests of an attack on the web server',
    theme: 'access',
    technique: 'T1190',
    weight: 40,
  },
  dropper: {
    what: 'lines of a script that fetches or starts programs',
    theme: 'execution',
    technique: 'T1105',
    weight: 36,
  },
  miner: { what: 'text of a cryptocurrency miner', theme: 'execution', technique: 'T1496', weight: 33 },
  secret: { what: 'text that names a key or a secret', theme: 'credentials', technique: 'T1552.001', weight: 10 },
};

function lines({ disk }: Host): readonly StringRow[] {
  return [...disk.recoveredLines, ...disk.strings];
}

function bySign(host: Host): readonly Detection[] {
  const groups = new Map<TextSign, StringRow[]>();
  for (const row of lines(host)) {
    const sign = tellingText(row.content);
    if (sign !== undefined) groups.set(sign, [...(groups.get(sign) ?? []), row]);
  }
  return [...groups].map(([sign, rows]) => {
    const { what, theme, technique, weight } = WORDS[sign];
    const carved = rows.some(({ source }) => host.disk.recovered.some(({ name }) => name === source.file));
    return {
      title: `${carved ? 'A recovered file holds' : 'Only unallocated blocks still hold'} ${what}: ${named(rows[0]?.content ?? '', 100)}`,
      confidence: carved && sign === 'attack-request' ? 'medium' : 'low',
      because: carved
        ? 'the file was recovered whole'
        : 'text without name or time: it shows that something was there, not when',
      subject: { kind: 'host' },
      theme,
      technique,
      evidence: evidenceOf(
        rows.map(({ source }) => source),
        10,
      ),
      weight: carved ? weight + 12 : weight,
    } as const;
  });
}

/** Text naming an address that a suspect process is connected to. */
function byAddress(host: Host): readonly Detection[] {
  const suspects = suspectAddresses(host);
  return [...suspects].flatMap((address) => {
    const rows = lines(host).filter(({ content }) => content.includes(address) && tellingText(content) === undefined);
    if (rows.length === 0) return [];
    return [
      {
        title: `Text that survived the deletion of its file names ${address}: ${named(rows[0]?.content ?? '', 80)}`,
        confidence: 'low',
        because: 'a suspect process is connected to that address; the text has no name and no time',
        subject: { kind: 'host' },
        theme: 'network',
        evidence: evidenceOf(
          rows.map(({ source }) => source),
          6,
        ),
        weight: 24,
      } as const,
    ];
  });
}

function suspectAddresses(host: Host): ReadonlySet<string> {
  const pids = new Set(
    [...reverseShell.run(host), ...suspectConnection.run(host)].flatMap(({ subject }) =>
      subject.kind === 'process' ? [subject.pid] : [],
    ),
  );
  const addresses = host.connections
    .filter(({ owner, otherNamespace }) => pids.has(owner.pid) && !otherNamespace)
    .map(({ remoteAddress }) => remoteAddress);
  return new Set(addresses.filter((address) => isRemote(address) && !isPrivate(address)));
}
