import { isServiceLinked, revocationPolicy, revocationPolicyName } from '../core/estate/revocation';
import type { Blobs } from '../core/ports/blobs';
import type { RoleSessions } from '../core/ports/protections';
import type { KillSwitch } from '../core/ports/switches';
import { touchableEstate } from './estate-of';
import { mayBegin } from './intent';
import { runStep, type StepPorts } from './step';
import type { StepInput } from './task-input';

export interface RevokePorts extends StepPorts {
  readonly blobs: Blobs;
  readonly sessions: RoleSessions;
  readonly killSwitch: KillSwitch;
  readonly partition: string;
}

/** Revokes the sessions of the instance's role for this instance only; other users of a shared role are named and left alone. */
export function makeRevokeSessions(ports: RevokePorts) {
  return (input: StepInput) =>
    runStep(ports, input, async ({ incident, key }) => {
      const estate = await touchableEstate(ports.blobs, incident);
      const profile = estate?.profile?.arn;
      if (profile === undefined) return { said: 'It had no instance profile: there are no sessions to revoke.' };
      const role = await ports.sessions.roleOf(key, profile);
      if (role === undefined) return nothing(profile, 'the profile has no role any more');
      if (isServiceLinked(role)) return nothing(role, 'a service-linked role takes no inline policy');
      await mayBegin(ports.killSwitch, 'revoking the sessions');
      const others = await ports.sessions.othersUsing(key, profile);
      const policy = revocationPolicy(key, ports.partition, ports.clock.now());
      await ports.sessions.deny(key, role, revocationPolicyName(key), policy);
      const scope =
        others.length === 0
          ? 'this instance only'
          : `this instance only; ${others.join(', ')} use the role too and are not touched`;
      return {
        said: `Sessions of ${role} given to ${key.instance} before now are denied everything (${scope}).`,
        events: [{ type: 'SessionsRevoked', role, scope }],
      };
    });
}

function nothing(what: string, reason: string) {
  return { said: `No sessions were revoked: ${reason}.`, missing: [{ what: `sessions of ${what}`, reason }] };
}
