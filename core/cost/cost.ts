import { HOURS_A_MONTH, PRICES } from './prices';

/** One line of a bill, in dollars. */
export interface CostLine {
  readonly what: string;
  readonly dollars: number;
}

/** What the templates hold, by resource type. */
export type ResourceCounts = Readonly<Record<string, number>>;

const FIXED: readonly (readonly [type: string, what: string, month: number])[] = [
  ['AWS::KMS::Key', 'keys', PRICES.kmsKeyMonth],
  ['AWS::SecretsManager::Secret', 'secrets', PRICES.secretMonth],
  ['AWS::CloudWatch::Alarm', 'alarms', PRICES.alarmMonth],
  ['AWS::CloudWatch::Dashboard', 'dashboard', PRICES.dashboardMonth],
];

const MINUTES_A_MONTH = HOURS_A_MONTH * 60;
/** Lambda polls a queue with five connections that each wait twenty seconds: 5 × 3 a minute. */
const POLLS_A_MINUTE = 15;
/** What one look of the safety net takes when nothing is overdue: half a second at 512 MB, two queries, about 2 kB of log. */
const LOOK = { seconds: 0.5, gigabytes: 0.5, reads: 2, logGigabytes: 2e-6 };

/** A month in which nothing happens. `polledQueues`: those that a function reads. */
export function idleMonth(resources: ResourceCounts, polledQueues: number): readonly CostLine[] {
  const look =
    PRICES.lambdaRequest +
    LOOK.seconds * LOOK.gigabytes * PRICES.lambdaGigabyteSecond +
    LOOK.reads * PRICES.dynamoRead +
    LOOK.logGigabytes * PRICES.logGigabyte +
    PRICES.trace;
  return [
    ...FIXED.map(([type, what, month]) => {
      const count = resources[type] ?? 0;
      return { what: `${count} ${what}`, dollars: count * month };
    }),
    { what: 'the safety net, once a minute', dollars: MINUTES_A_MONTH * look },
    {
      what: `empty polls of ${polledQueues} queues`,
      dollars: MINUTES_A_MONTH * POLLS_A_MINUTE * polledQueues * PRICES.queueRequest,
    },
  ];
}

/** What one incident used, counted in a drill's own call log and ledger; sizes are of the machine, which a drill has not. */
export interface IncidentUse {
  readonly dynamoWrites: number;
  readonly dynamoReads: number;
  readonly s3Writes: number;
  readonly s3Reads: number;
  readonly kmsRequests: number;
  readonly secretReads: number;
  readonly queueRequests: number;
  readonly transitions: number;
  readonly invocations: number;
  /** From the launch of the forensic instance to the end of its clean-up. */
  readonly forensicHours: number;
  /** Interface endpoints made for it, in each of `zones`. */
  readonly endpoints: number;
  readonly zones: number;
  readonly diskGigabytes: number;
  readonly memoryGigabytes: number;
}

/** An invocation of a step: about a second at 512 MB. */
const STEP = { seconds: 1, gigabytes: 0.5 };
/** Root volume of the forensic instance (its launch template). */
const ROOT_GIGABYTES = 100;

/** One incident, with its evidence kept for a month. */
export function oneIncident(use: IncidentUse): readonly CostLine[] {
  const hosts = PRICES.forensicHostHour + use.endpoints * use.zones * PRICES.interfaceEndpointHour;
  const volumes = ((ROOT_GIGABYTES + use.diskGigabytes) * PRICES.gp3GigabyteMonth) / HOURS_A_MONTH;
  const calls =
    use.dynamoWrites * PRICES.dynamoWrite +
    use.dynamoReads * PRICES.dynamoRead +
    use.s3Writes * PRICES.s3Write +
    use.s3Reads * PRICES.s3Read +
    use.kmsRequests * PRICES.kmsRequest +
    use.secretReads * PRICES.secretRequest +
    use.queueRequests * PRICES.queueRequest;
  const functions =
    use.invocations *
    (PRICES.lambdaRequest + STEP.seconds * STEP.gigabytes * PRICES.lambdaGigabyteSecond + PRICES.trace);
  return [
    { what: 'forensic instance, its volumes and endpoints', dollars: use.forensicHours * (hosts + volumes) },
    {
      what: 'snapshots and their copies, a month',
      dollars: 2 * use.diskGigabytes * PRICES.snapshotGigabyteMonth,
    },
    { what: 'memory image in S3, a month', dollars: use.memoryGigabytes * PRICES.s3GigabyteMonth },
    { what: 'functions', dollars: functions },
    { what: 'state transitions', dollars: use.transitions * PRICES.transition },
    { what: 'calls to DynamoDB, S3, KMS, Secrets Manager, SQS', dollars: calls },
  ];
}

export function total(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { dollars }) => sum + dollars, 0);
}
