import * as z from 'zod';
import { Refusal } from '../errors';
import { type AccountId, type InstanceId, parseAccountId, parseInstanceId, parseRegion, type RegionName } from './ids';

/** The EventBridge envelope; what is inside `detail` is the finding. */
export const FINDING_EVENT = z.looseObject({
  id: z.string().min(1),
  'detail-type': z.literal('GuardDuty Finding'),
  source: z.literal('aws.guardduty'),
  account: z.string(),
  region: z.string(),
  time: z.iso.datetime({ offset: true }),
  detail: z.looseObject({}),
});

const TAGS = z.array(z.looseObject({ key: z.string(), value: z.string().nullish() })).nullish();

/**
 * A GuardDuty finding, as far as we look at it; everything else is kept and not judged, so that every finding type of
 * every age parses (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html). Many members are
 * null where they do not apply.
 */
const DETAIL = z.looseObject({
  id: z.string().min(1).max(300),
  accountId: z.string(),
  region: z.string(),
  type: z.string().min(1).max(300),
  title: z.string().nullish(),
  description: z.string().nullish(),
  severity: z.number().min(0).max(10),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
  resource: z.looseObject({
    resourceType: z.string().nullish(),
    instanceDetails: z
      .looseObject({
        instanceId: z.string().nullish(),
        tags: TAGS,
      })
      .nullish(),
  }),
  service: z.looseObject({
    detectorId: z.string().nullish(),
    count: z.number().int().min(0).nullish(),
    archived: z.boolean().nullish(),
    eventFirstSeen: z.string().nullish(),
    eventLastSeen: z.string().nullish(),
    additionalInfo: z.looseObject({ sample: z.unknown().optional(), value: z.unknown().optional() }).nullish(),
  }),
});
export type FindingDetail = z.output<typeof DETAIL>;

/** A finding that is well formed; whether it is true is another question (GetFindings). */
export interface ReceivedFinding {
  readonly id: string;
  readonly detectorId: string | undefined;
  readonly type: string;
  readonly title: string;
  readonly severity: number;
  readonly account: AccountId;
  readonly region: RegionName;
  /** Absent for findings about something else than an instance. */
  readonly instance: InstanceId | undefined;
  readonly instanceName: string | undefined;
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly sample: boolean;
  readonly archived: boolean;
  readonly detail: FindingDetail;
}

/**
 * Reads an EventBridge event. Throws a Refusal for what nobody may act on: not a GuardDuty finding, malformed, or with
 * an instance id that is none. Whether account and region may speak is `admitPlace`.
 */
export function parseFindingEvent(event: unknown): {
  readonly finding: ReceivedFinding;
  readonly envelope: { readonly account: string; readonly region: string; readonly time: string };
} {
  const envelope = mustParse(FINDING_EVENT, event, 'event');
  const finding = readFinding(envelope.detail, envelope.time);
  return { finding, envelope: { account: envelope.account, region: envelope.region, time: envelope.time } };
}

/** Reads a finding's body: an event's `detail`, or what GetFindings answered. */
export function readFinding(body: unknown, time: string): ReceivedFinding {
  const detail = mustParse(DETAIL, body, 'finding');
  const { service, resource } = detail;
  const account = parseAccountId(detail.accountId);
  const region = parseRegion(detail.region);
  if (account === undefined) throw malformed('finding', 'accountId', 'is not twelve digits');
  if (region === undefined) throw malformed('finding', 'region', 'is not a region name');
  const firstSeen = isoOr(service.eventFirstSeen ?? detail.createdAt, time);
  return {
    id: detail.id,
    detectorId: service.detectorId ?? undefined,
    type: detail.type,
    title: detail.title ?? detail.type,
    severity: detail.severity,
    account,
    region,
    instance: instanceOf(resource.instanceDetails?.instanceId),
    instanceName: nameIn(resource.instanceDetails?.tags),
    count: Math.max(1, service.count ?? 1),
    firstSeen,
    lastSeen: isoOr(service.eventLastSeen ?? detail.updatedAt, firstSeen),
    sample: isSample(detail),
    archived: service.archived === true,
    detail,
  };
}

function mustParse<S extends z.ZodType>(shape: S, value: unknown, what: string): z.output<S> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw malformed(what, issue?.path.join('.') ?? '', issue?.message ?? 'is not an object');
}

function malformed(what: string, field: string, why: string): Refusal {
  const where = field === '' ? `the ${what}` : `${what} field ${field}`;
  return new Refusal('finding.malformed', `Not a GuardDuty finding event: ${where}: ${why}.`, 'Nothing was opened.');
}

function instanceOf(text: string | null | undefined): InstanceId | undefined {
  if (text === null || text === undefined || text === '') return undefined;
  const instance = parseInstanceId(text);
  if (instance === undefined)
    throw malformed(
      'finding',
      'resource.instanceDetails.instanceId',
      'is not an instance id (i- and 8 or 17 hex digits)',
    );
  return instance;
}

function nameIn(tags: z.output<typeof TAGS>): string | undefined {
  const name = tags?.find((tag) => tag.key === 'Name')?.value;
  return name === null || name === '' ? undefined : name;
}

/** GuardDuty marks its samples in `additionalInfo` (older: a member; newer: JSON text in `value`) and in the title. */
function isSample(detail: FindingDetail): boolean {
  const info = detail.service.additionalInfo;
  if (info?.sample === true || info?.sample === 'true') return true;
  if (typeof info?.value === 'string' && /"sample"\s*:\s*true/.test(info.value)) return true;
  return detail.title?.startsWith('[SAMPLE]') === true;
}

function isoOr(text: string | null | undefined, otherwise: string): string {
  const time = Date.parse(text ?? '');
  return new Date(Number.isNaN(time) ? Date.parse(otherwise) : time).toISOString();
}

/**
 * Whether this account may speak about that one: its own, or a member's when the pair (administrator, member) is
 * configured. The region is always the envelope's. Throws a Refusal otherwise.
 */
export function admitPlace(
  finding: Pick<ReceivedFinding, 'account' | 'region'>,
  envelope: { readonly account: string; readonly region: string },
  home: {
    readonly account: AccountId;
    readonly pairs: readonly (readonly [administrator: AccountId, member: AccountId])[];
  },
): void {
  if (envelope.region !== finding.region)
    throw new Refusal(
      'finding.region',
      `The event comes from ${envelope.region} and tells of ${finding.region}: they must be the same.`,
    );
  const { account } = finding;
  const isMember = home.pairs.some(([, member]) => member === account);
  const ownVoice = envelope.account === account && (account === home.account || isMember);
  const administrators = home.pairs.some(([admin, member]) => admin === envelope.account && member === account);
  if (ownVoice || administrators) return;
  throw new Refusal(
    'finding.account',
    `The event comes from account ${envelope.account} and tells of account ${account}, which is not a configured pair.`,
    'Add the pair to ADMIN_PAIRS when it should be.',
  );
}
