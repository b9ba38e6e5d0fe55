import { Alarms } from './aws/cloudwatch/alarms';
import { DynamoStore } from './aws/dynamodb/store';
import type { StreamReader } from './aws/dynamodb/stream';
import { Tables } from './aws/dynamodb/tables';
import { EventBuses } from './aws/events/bus';
import { eventDelivery } from './aws/events/deliver';
import { defaultBusArn } from './aws/events/provision';
import { FaultScript } from './aws/faults';
import { HttpApis } from './aws/http-api/http-api';
import { Keys } from './aws/kms/keys';
import { Functions } from './aws/lambda/functions';
import { Logs } from './aws/logs/logs';
import { type BusEvent, dictOf, LabIds, listOf, type Platform, textOf } from './aws/platform';
import { Recorder } from './aws/recorder';
import { Buckets } from './aws/s3/buckets';
import { Secrets } from './aws/secretsmanager/secrets';
import { Queues } from './aws/sqs/queues';
import { Executions } from './aws/states/executions';
import { Machines } from './aws/states/machines';
import { AccessControl } from './iam/access-control';
import type { SandboxHost } from './lambda/sandbox-host';
import type { Clock } from './time/clock';

/** The platform of one lab: everything that templates are put into, before anything is. */
export interface Services {
  readonly platform: Platform;
  readonly recorder: Recorder;
  readonly access: AccessControl;
  readonly faults: FaultScript;
  readonly logs: Logs;
  readonly functions: Functions;
  readonly queues: Queues;
  readonly buses: EventBuses;
  readonly machines: Machines;
  readonly executions: Executions;
  readonly keys: Keys;
  readonly secrets: Secrets;
  readonly buckets: Buckets;
  readonly tables: Tables;
  readonly store: DynamoStore;
  /** By stream ARN. */
  readonly streams: Map<string, StreamReader>;
  readonly apis: HttpApis;
  readonly alarms: Alarms;
}

export interface ServicesOptions {
  readonly clock: Clock;
  readonly seed: string;
  /** Base URL of AWS as product code sees it. */
  readonly endpoint: string;
  readonly host: (logs: Logs) => SandboxHost;
}

/** Makes the platform; deliveries between its parts are wired, nothing is deployed. */
export function makeServices(options: ServicesOptions): Services {
  const now = (): number => options.clock.now();
  const [recorder, access, logs] = [new Recorder(now), new AccessControl(), new Logs(now)];
  const platform: Platform = {
    ...options,
    ids: new LabIds(options.seed),
    access,
    recorder,
    emit: (event) => moving.buses.put(defaultBusArn(event.account, event.region), event),
  };
  const moving = movingParts(platform, options.host(logs));
  return {
    platform,
    recorder,
    access,
    logs,
    ...moving,
    faults: new FaultScript(),
    keys: new Keys(platform),
    secrets: new Secrets(),
    buckets: new Buckets(platform),
    tables: new Tables(),
    store: new DynamoStore(),
    streams: new Map(),
    apis: new HttpApis(platform, moving.functions),
    alarms: new Alarms(),
  };
}

type MovingParts = Pick<Services, 'queues' | 'functions' | 'machines' | 'executions' | 'buses'>;

/** What hands work to each other: functions, queues, state machines, buses. */
function movingParts(platform: Platform, host: SandboxHost): MovingParts {
  const queues = new Queues(platform);
  const functions = new Functions(platform, host, (destination, event, failure) => {
    queues.send(destination, JSON.stringify({ version: '1.0', requestPayload: event, responsePayload: failure }));
  });
  const machines = new Machines();
  const executions = new Executions(platform, machines, functions);
  const buses: EventBuses = new EventBuses(
    platform,
    eventDelivery({
      platform,
      functions,
      queues,
      startExecution: (arn, input) => executions.start(arn, undefined, input),
      forward: (arn, body) => buses.put(arn, readEvent(body)),
    }),
    (queue, body) => queues.send(queue, body),
  );
  return { queues, functions, machines, executions, buses };
}

/** An event from its JSON text; members that are missing become empty. */
export function readEvent(body: string): BusEvent {
  const raw = dictOf(JSON.parse(body));
  return {
    version: textOf(raw.version, '0'),
    id: textOf(raw.id),
    'detail-type': textOf(raw['detail-type']),
    source: textOf(raw.source),
    account: textOf(raw.account),
    time: textOf(raw.time),
    region: textOf(raw.region),
    resources: listOf(raw.resources).map(String),
    detail: dictOf(raw.detail),
  };
}
