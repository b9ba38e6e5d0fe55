import {
  ArchiveFindingsCommand,
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  UpdateFindingsFeedbackCommand,
} from '@aws-sdk/client-guardduty';
import type { RegionName } from '../../incident/ids';
import type { Findings } from '../../ports/findings';
import { awsErrorName, calling } from './aws-call';
import { CLIENT_SETTINGS } from './clients';

/** GuardDuty of our own account (an organisation's administrator sees its members' findings there). */
export function guardDutyFindings(
  make = (region: RegionName) => new GuardDutyClient({ ...CLIENT_SETTINGS, region }),
): Findings {
  const kept = new Map<RegionName, GuardDutyClient>();
  const at = (region: RegionName) => {
    const client = kept.get(region) ?? make(region);
    kept.set(region, client);
    return client;
  };
  return {
    async find(detector, findingId, _account, region) {
      const told = await askOne(at(region), detector, findingId);
      if (told !== 'not ours') return told;
      // A member's finding names the member's detector; its administrator asks its own (GuardDuty API, GetFindings).
      const own = await calling('list our detectors', () => at(region).send(new ListDetectorsCommand({})));
      for (const id of own.DetectorIds ?? []) {
        const found = id === detector ? 'not ours' : await askOne(at(region), id, findingId);
        if (found !== 'not ours' && found !== undefined) return found;
      }
      return undefined;
    },
    async archive(DetectorId, findingId, region) {
      const FindingIds = [findingId];
      const Feedback = 'NOT_USEFUL' as const;
      await calling('say a finding was a false positive', () =>
        at(region).send(new UpdateFindingsFeedbackCommand({ DetectorId, FindingIds, Feedback })),
      );
      await calling('archive a finding', () => at(region).send(new ArchiveFindingsCommand({ DetectorId, FindingIds })));
    },
  };
}

/** What one detector knows of a finding. `not ours`: an unknown detector, or a malformed id. */
async function askOne(client: GuardDutyClient, DetectorId: string, findingId: string): Promise<unknown> {
  const get = new GetFindingsCommand({ DetectorId, FindingIds: [findingId] });
  try {
    const answer = await calling('read the finding again', () => client.send(get), ['BadRequestException']);
    const found = answer.Findings?.find((finding) => finding.Id === findingId);
    return found === undefined ? undefined : camelCased(found);
  } catch (error) {
    if (awsErrorName(error) === 'BadRequestException') return 'not ours';
    throw error;
  }
}

/** The API speaks PascalCase in the SDK where the event's `detail` speaks camelCase. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.charAt(0).toLowerCase() + key.slice(1), camelCased(inner)]),
  );
}
