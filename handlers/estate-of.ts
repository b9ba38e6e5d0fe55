import { NeedsHuman, Refusal } from '../core/errors';
import type { Estate } from '../core/estate/estate';
import { type ProtectedRule, protectedBy } from '../core/estate/protected';
import type { InstanceKey } from '../core/incident/ids';
import type { Incident } from '../core/incident/incident';
import type { Blobs } from '../core/ports/blobs';
import type { InstancePower } from '../core/ports/estate-reader';

/**
 * The estate as it was recorded, after its digest was checked. Undefined when there was nothing to record (EC2 no longer
 * knew the instance). Our own writing, so it is trusted by its digest and not parsed anew.
 */
export async function estateOf(blobs: Blobs, incident: Incident): Promise<Estate | undefined> {
  if (incident.estate === undefined) return undefined;
  const estate = await blobs.get(incident.id, incident.estate.digest);
  if (isEstate(estate)) return estate;
  throw new NeedsHuman(`The recorded estate of ${incident.id} is of an unknown version.`);
}

function isEstate(value: unknown): value is Estate {
  return (
    typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'instance' in value
  );
}

/** The estate of an incident we may touch. Throws Refusal when policy protected the instance as it was recorded. */
export async function touchableEstate(blobs: Blobs, incident: Incident): Promise<Estate | undefined> {
  refuseProtected(incident.instance ?? 'the instance', incident.estate?.summary.protectedBy);
  return estateOf(blobs, incident);
}

export interface ProtectionLook {
  readonly power: Pick<InstancePower, 'state'>;
  readonly protectedRule: ProtectedRule;
}

/**
 * Asked again as the instance is about to be changed: a gate may have waited for hours, and somebody protected it
 * meanwhile. IAM cannot ask for us, as an interface does not carry its instance's tags.
 */
export async function refuseProtectedNow({ power, protectedRule }: ProtectionLook, key: InstanceKey): Promise<void> {
  const now = await power.state(key);
  if (now === undefined) return;
  refuseProtected(key.instance, protectedBy({ id: key.instance, tags: now.tags }, protectedRule));
}

function refuseProtected(instance: string, protection: string | undefined): void {
  if (protection === undefined) return;
  throw new Refusal(
    'instance.protected',
    `${instance} is protected (${protection}): nothing was changed.`,
    'Change runbooks/policy.yaml by a reviewed merge, or respond by hand.',
  );
}
