import {
  ArchiveFindingsCommand,
  GetFindingsCommand,
  GuardDutyClient,
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
    async find(DetectorId, findingId, _account, region) {
      const get = new GetFindingsCommand({ DetectorId, FindingIds: [findingId] });
      try {
        const answer = await calling('read the finding again', () => at(region).send(get), ['BadRequestException']);
        const found = answer.Findings?.find((finding) => finding.Id === findingId);
        return found === undefined ? undefined : camelCased(found);
      } catch (error) {
        // An unknown detector or a malformed id: GuardDuty does not know this finding.
        if (awsErrorName(error) === 'BadRequestException') return undefined;
        throw error;
      }
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

/** The API speaks PascalCase in the SDK where the event's `detail` speaks camelCase. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.charAt(0).toLowerCase() + key.slice(1), camelCased(inner)]),
  );
}
