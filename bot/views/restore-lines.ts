import type { Incident } from '../../core/incident/incident';
import { code, join, type Mrkdwn, md } from './mrkdwn';
import { listed, plural } from './words';

/** What a release brings back, from what containment changed; what cannot come back is said too. */
export function restoreLines(incident: Incident): Mrkdwn {
  const { isolated, detached, protection, profile, subnetCut, sessionsRevoked } = incident.containment;
  const lines: Mrkdwn[] = [];
  if (isolated)
    lines.push(
      md`• security groups of ${plural(isolated.interfaces.length, 'interface')} (${code(listed(isolated.interfaces), 200)})`,
    );
  if (detached?.group && detached.how !== 'none')
    lines.push(md`• back into Auto Scaling group ${code(detached.group)}, if it takes it`);
  if (detached && detached.targets.length > 0)
    lines.push(md`• registration with ${code(listed(detached.targets), 300)}`);
  if (protection) lines.push(md`• termination and stop protection as they were`);
  if (profile) lines.push(md`• instance profile ${profile.from ? code(profile.from) : md`(none)`}`);
  if (subnetCut) lines.push(md`• network ACL of ${code(listed(subnetCut.subnets), 200)}`);
  if (sessionsRevoked)
    lines.push(md`• the revoked sessions of ${code(sessionsRevoked.role)} stay revoked; new ones work`);
  if (incident.stopped) lines.push(md`• the instance stays stopped: start it when you trust it`);
  return lines.length === 0 ? md`Nothing was changed, so nothing has to be restored.` : join(lines);
}
