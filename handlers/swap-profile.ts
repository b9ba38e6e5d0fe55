import { NeedsHuman } from '../core/errors';
import type { Blobs } from '../core/ports/blobs';
import type { InstancePower } from '../core/ports/estate-reader';
import type { ProfileControl } from '../core/ports/protections';
import type { KillSwitch } from '../core/ports/switches';
import { touchableEstate } from './estate-of';
import { mayBegin } from './intent';
import { runStep, type StepPorts } from './step';
import type { StepInput } from './task-input';

export interface SwapProfilePorts extends StepPorts {
  readonly blobs: Blobs;
  readonly profiles: ProfileControl;
  readonly power: InstancePower;
  readonly killSwitch: KillSwitch;
  /** ARN of the profile of an account that may do nothing but talk to SSM. */
  readonly collectionProfile: (account: string) => string;
}

/**
 * Puts the collection profile in place of the instance's own: credentials issued from now on carry no rights of the
 * application, and SSM stays able to collect (the agent uses the same credentials, forensics F12).
 */
export function makeSwapProfile(ports: SwapProfilePorts) {
  return (input: StepInput) =>
    runStep(ports, input, async ({ incident, key }) => {
      const estate = await touchableEstate(ports.blobs, incident);
      const now = await ports.power.state(key);
      if (estate === undefined || now === undefined || now.state === 'terminated' || now.state === 'shutting-down') {
        return { said: 'There is no instance whose profile could be replaced.' };
      }
      const begun = incident.containment.isolated !== undefined;
      if (!begun) await mayBegin(ports.killSwitch, 'replacing the instance profile');
      const to = ports.collectionProfile(key.account);
      if ((await ports.profiles.set(key, to)) === 'no-profile')
        throw new NeedsHuman(`${key.account} has no instance profile ${to}: the instance keeps its own.`);
      const from = estate.profile === undefined ? {} : { from: estate.profile.arn };
      return {
        said:
          estate.profile === undefined
            ? 'It had no profile; it has the collection profile now.'
            : 'The collection profile replaced its own.',
        events: [{ type: 'ProfileSwapped', to, ...from }],
      };
    });
}
