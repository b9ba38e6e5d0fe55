import { makeDetachFromService } from '../../handlers/detach-from-service';
import { makeIsolateInstance } from '../../handlers/isolate-instance';
import { makeProtectInstance } from '../../handlers/protect-instance';
import { makeProveIsolation } from '../../handlers/prove-isolation';
import { makeRecordEstate } from '../../handlers/record-estate';
import { makeReleaseInstance } from '../../handlers/release-instance';
import { makeSwapProfile } from '../../handlers/swap-profile';
import type { StepLab } from './step-lab';

/** The steps of containment as the tests call them, and what they look at afterwards. */
export const record = (lab: StepLab) => makeRecordEstate(lab.ports)(lab.input('Record the estate'));
export const detach = (lab: StepLab) => makeDetachFromService(lab.ports)(lab.input('Detach from service'));
export const protect = (lab: StepLab) => makeProtectInstance(lab.ports)(lab.input('Protect the instance'));
export const isolate = (lab: StepLab) => makeIsolateInstance(lab.ports)(lab.input('Isolate the instance'));
export const swap = (lab: StepLab) => makeSwapProfile(lab.ports)(lab.input('Swap the instance profile'));
export const prove = (lab: StepLab) => makeProveIsolation(lab.ports)(lab.input('Prove the isolation'));
export const release = (lab: StepLab) => makeReleaseInstance(lab.ports)(lab.input('Release the instance'));

export async function contain(lab: StepLab): Promise<void> {
  await record(lab);
  for (const step of [detach, protect, isolate, swap, prove]) await step(lab);
}

export const groupsOf = (lab: StepLab) => lab.instance.interfaces.map((id) => lab.estate.interfaces.get(id)?.groups);
export const historyOf = (lab: StepLab, index = 0) =>
  lab.estate.interfaces.get(lab.instance.interfaces[index] ?? '')?.groupHistory.map((each) => each.groups) ?? [];
/** By its name; `cordon-isolation` also where it is the closed one. */
export const groupNamed = (lab: StepLab, name: string) =>
  [...lab.estate.groups.values()].find((group) => [name, `${name}-closed`].includes(group.name));
