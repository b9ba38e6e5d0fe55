import type {
  ArchiveFindingsRequest,
  GetDetectorRequest,
  GetFindingsRequest,
  ListDetectorsRequest,
  ListDetectorsResponse,
  UpdateFindingsFeedbackRequest,
} from '@aws-sdk/client-guardduty';
import * as client from '@aws-sdk/client-guardduty';
import { note, partition } from '../../estate/estate';
import type { Estates } from '../../estate/world';
import { WireJson } from '../protocol/json';
import { type AccessCheck, AwsFault, type Call, type Operation, operation, type ServiceDouble } from '../service';

/** GuardDuty as the product uses it: it knows the findings that the lab was started with. */
export function guardDutyDouble(estates: Estates): ServiceDouble {
  return { name: 'guardduty', protocol: 'rest-json', model: client, operations: operations(estates) };
}

interface OnDetector {
  readonly DetectorId: string | undefined;
}

function operations(estates: Estates): Record<string, Operation> {
  const onDetector =
    (action: string) =>
    (input: OnDetector, call: Call): readonly AccessCheck[] => {
      const { region, account } = call;
      const resource = `arn:${partition(region)}:guardduty:${region}:${account}:detector/${input.DetectorId}`;
      return [{ action: `guardduty:${action}`, resource, context: {} }];
    };
  const findingsOf = (input: OnDetector, call: Call) => {
    const estate = estates.of(call);
    if (!estate.detectors.has(input.DetectorId ?? '')) {
      throw new AwsFault(
        'BadRequestException',
        'The request is rejected because the input detectorId is not owned by the current account.',
      );
    }
    return estate;
  };
  return {
    ListDetectors: operation<ListDetectorsRequest, ListDetectorsResponse>(['MaxResults', 'NextToken'], {
      latencyMs: 70,
      authorize: () => [{ action: 'guardduty:ListDetectors', resource: '*', context: {} }],
      run: (_, call) => ({ DetectorIds: [...estates.of(call).detectors] }),
    }),
    GetDetector: operation<GetDetectorRequest, object>(['DetectorId'], {
      latencyMs: 70,
      authorize: onDetector('GetDetector'),
      run(input, call) {
        findingsOf(input, call);
        const { account } = call;
        const role = `arn:${partition(call.region)}:iam::${account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`;
        return { ServiceRole: role, Status: 'ENABLED' };
      },
    }),
    GetFindings: operation<GetFindingsRequest, object>(['DetectorId', 'FindingIds', 'SortCriteria'], {
      latencyMs: 120,
      authorize: onDetector('GetFindings'),
      run(input, call) {
        const estate = findingsOf(input, call);
        // Unknown ids are left out of the answer.
        const known = (input.FindingIds ?? []).flatMap((id) => estate.findings.get(id) ?? []);
        return { Findings: new WireJson(known.map((finding) => asAnswered(finding))) };
      },
    }),
    ArchiveFindings: operation<ArchiveFindingsRequest, object>(['DetectorId', 'FindingIds'], {
      latencyMs: 120,
      authorize: onDetector('ArchiveFindings'),
      run(input, call) {
        const estate = findingsOf(input, call);
        for (const id of input.FindingIds ?? []) {
          archive(estate.findings.get(id));
          note(estate, 'ArchiveFindings', id);
        }
        return {};
      },
    }),
    UpdateFindingsFeedback: operation<UpdateFindingsFeedbackRequest, object>(
      ['DetectorId', 'FindingIds', 'Feedback', 'Comments'],
      {
        latencyMs: 120,
        authorize: onDetector('UpdateFindingsFeedback'),
        run(input, call) {
          const estate = findingsOf(input, call);
          for (const id of input.FindingIds ?? []) note(estate, 'UpdateFindingsFeedback', `${id} ${input.Feedback}`);
          return {};
        },
      },
    ),
  };
}

function archive(finding: Record<string, unknown> | undefined): void {
  const service = finding?.service;
  if (typeof service === 'object' && service !== null) Object.assign(service, { archived: true });
}

/** Timestamps of the API's model that findings name; times outside this list are strings in the API as well. */
const TIMESTAMPS = new Set([
  'startTime',
  'modifiedAt',
  'scanStartedAt',
  'scanCompletedAt',
  'taskCreatedAt',
  'startedAt',
]);

/** Events write times as ISO text where the API answers seconds since 1970. */
function asAnswered(value: unknown, key?: string): unknown {
  if (typeof value === 'string' && key !== undefined && TIMESTAMPS.has(key)) return Date.parse(value) / 1000;
  if (Array.isArray(value)) return value.map((item) => asAnswered(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asAnswered(item, name)]));
}
