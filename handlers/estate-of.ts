import { NeedsHuman, Refusal } from '../core/errors';
import type { Estate } from '../core/estate/estate';
import type { Incident } from '../core/incident/incident';
import type { Blobs } from '../core/ports/blobs';

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

/** The estate of an incident we may touch. Throws Refusal when policy protects the instance. */
export async function touchableEstate(blobs: Blobs, incident: Incident): Promise<Estate | undefined> {
  const protectedBy = incident.estate?.summary.protectedBy;
  if (protectedBy !== undefined) {
    throw new Refusal(
      'instance.protected',
      `${incident.instance} is protected (${protectedBy}): nothing was changed.`,
      'Change runbooks/policy.yaml by a reviewed merge, or respond by hand.',
    );
  }
  return estateOf(blobs, incident);
}
