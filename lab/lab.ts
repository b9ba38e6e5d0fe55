import path from 'node:path';
import { type Assembly, readAssembly } from './assembly/assembly';
import type { Deployed, Deployment } from './assembly/deployment';
import { dynamodbDouble } from './aws/dynamodb/double';
import { estateDoubles } from './aws/estate-doubles';
import { eventsDouble } from './aws/events/double';
import { defaultBusArn } from './aws/events/provision';
import type { ApiRequest, ApiResponse } from './aws/http-api/http-api';
import { kmsDouble } from './aws/kms/double';
import type { LambdaInvocation } from './aws/lambda/functions';
import { s3Double } from './aws/s3/double';
import { secretsDouble } from './aws/secretsmanager/secrets';
import { AwsServer } from './aws/server';
import type { ServiceDouble } from './aws/service';
import { sqsDouble } from './aws/sqs/double';
import { statesDouble } from './aws/states/double';
import { type WireHandler, WireServer } from './aws/wire-server';
import { deploy } from './deploy';
import { type Durations, REAL_DURATIONS } from './estate/durations';
import type { CommandExecutor, Faults } from './estate/types';
import { Estates } from './estate/world';
import { keepCompiledCode } from './lambda/function-code';
import type { FunctionPool } from './lambda/function-pool';
import type { CrashPoint, OutgoingCall, SandboxHost } from './lambda/sandbox-host';
import { makeServices, readEvent, type Services } from './services';
import { rolePolicyListener, sessionMint } from './sessions';
import { RealTime } from './time/real-time';
import { VirtualTime } from './time/virtual-time';

/** Ports that product code sees: the same in every run, so that no URL in evidence depends on the machine. */
export const NOMINAL_PORTS = { aws: 4566, slack: 4567, github: 4568, cloudformation: 4569 } as const;
export type ServiceName = keyof typeof NOMINAL_PORTS;

/** Where functions are told the services are. */
export const ENDPOINTS: Readonly<Record<string, string>> = {
  AWS_ENDPOINT_URL: `http://127.0.0.1:${NOMINAL_PORTS.aws}`,
  SLACK_API_URL: `http://127.0.0.1:${NOMINAL_PORTS.slack}/api/`,
  GITHUB_API_URL: `http://127.0.0.1:${NOMINAL_PORTS.github}`,
};

export interface LabOptions {
  /** A `cdk.out` folder, or one already read. */
  readonly assembly: string | Assembly;
  readonly seed: string;
  readonly time: 'virtual' | 'real';
  /** Milliseconds since 1970 at which the lab's clock starts; real time without it starts now. */
  readonly start?: number;
  /** Home of stacks that are not bound to an account and region. */
  readonly account: string;
  readonly region: string;
  /** Values of secrets, by the beginning of their logical ids. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly durations?: Durations;
  readonly estateFaults?: Faults;
  /** What runs SSM documents on instances; asked when the first command is delivered. */
  readonly executor?: (lab: Lab) => CommandExecutor;
  /** Doubles beyond the lab's own AWS services. */
  readonly doubles?: (lab: Lab) => readonly ServiceDouble[];
  /**
   * Loaded functions to be used again: pass the same map to the next lab of this process. As in a warm Lambda, module state survives (cached
   * secrets, clients): calls may be fewer than in a fresh lab, so byte-equal runs want fresh ones.
   */
  readonly pools?: Map<string, FunctionPool>;
  /** Values of SSM parameters that templates and launch templates name. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Where compiled code is kept between processes. */
  readonly cacheFolder?: string;
  /** Kills an invocation around one of its calls. */
  readonly crash?: (call: OutgoingCall) => CrashPoint;
  /** Told of what a timer throws in real time; virtual time throws it at whoever waits. */
  readonly onError?: (error: unknown) => void;
}

/** A running lab: the stacks of an assembly inside doubles, on one clock. */
export class Lab {
  readonly services: Services;
  readonly estates: Estates;
  readonly clock: VirtualTime | RealTime;
  readonly #servers: WireServer[] = [];
  readonly #ports = new Map<number, number>();
  readonly #wires = new Map<number, WireServer>();
  #deployment: Deployment | undefined;
  #deployed: readonly Deployed[] | undefined;

  constructor(readonly options: LabOptions) {
    const { seed, start, time } = options;
    const onError = options.onError ?? ((error: unknown) => console.error(error));
    this.clock =
      time === 'virtual'
        ? new VirtualTime({ start: start ?? Date.now(), seed })
        : new RealTime({ ...(start === undefined ? {} : { start }), onError });
    const endpoint = ENDPOINTS.AWS_ENDPOINT_URL ?? '';
    this.services = makeServices({ clock: this.clock, seed, endpoint, host: (logs) => this.#host(logs) });
    this.estates = new Estates({
      seed,
      clock: this.clock,
      durations: options.durations ?? REAL_DURATIONS,
      faults: options.estateFaults ?? { insufficientCapacity: () => false },
      emit: (event) => this.services.platform.emit(event),
      executor: () => this.#executor(),
      denied: (principal, checks) => this.services.access.decide(principal, checks).refused,
    });
  }

  /** Deploys the assembly and starts the servers. */
  async begin(): Promise<this> {
    const { options, services } = this;
    this.update(typeof options.assembly === 'string' ? readAssembly(options.assembly) : options.assembly);
    for (const [logicalId, value] of Object.entries(options.secrets ?? {})) services.secrets.put(logicalId, value);
    const home = this.estates.at(options.account, options.region);
    for (const [name, value] of Object.entries(options.parameters ?? {})) home.parameters.set(name, value);
    for (const { create } of services.tables.all()) await services.store.createTable(create);
    await this.attach('aws', this.#aws());
    return this;
  }

  /** Deploys an assembly over what is there: what differs is made anew, what runs keeps what it started with. */
  update(assembly: Assembly): Deployment {
    const { options, services } = this;
    const cacheFolder = options.cacheFolder ?? path.join(process.cwd(), '.cache', 'v8');
    this.#deployment = deploy(services, this.estates, assembly, {
      ...{ ...options, cacheFolder, endpoints: ENDPOINTS },
      ...(this.#deployment ? { before: this.#deployment } : {}),
    });
    this.#deployed = undefined;
    return this.#deployment;
  }

  /** Puts a double behind the port under which product code knows its service. Returns the real port. */
  async attach(name: ServiceName, handler: WireHandler): Promise<number> {
    const server = new WireServer(name, this.clock, this.options.seed, handler);
    const port = await server.listen();
    this.#ports.set(NOMINAL_PORTS[name], port);
    this.#wires.set(NOMINAL_PORTS[name], server);
    this.#servers.push(server);
    return port;
  }

  /** `http://127.0.0.1:4566/…` as product code writes it, with the port that really listens. */
  realUrl(url: string): string {
    return url.replace(/^http:\/\/127\.0\.0\.1:(\d+)/, (all, port: string) => {
      const real = this.#ports.get(Number(port));
      return real === undefined ? all : `http://127.0.0.1:${real}`;
    });
  }

  /** Puts an event on the default bus of the account and region it names. */
  putEvent(event: object): void {
    const read = readEvent(JSON.stringify(event));
    this.services.buses.put(
      defaultBusArn(read.account || this.options.account, read.region || this.options.region),
      read,
    );
  }

  /** Sends a request from the internet to the HTTP API. */
  http(request: ApiRequest): Promise<ApiResponse> {
    return this.#pumped(this.services.apis.request(request));
  }

  /** Invokes a function by its short name or ARN, past every permission. */
  invoke(name: string, event: unknown): Promise<LambdaInvocation> {
    return this.#pumped(this.services.functions.invoke(name, event));
  }

  /** Lets time pass until the predicate holds. Real time looks ten times a second. */
  async run(until: () => boolean): Promise<'reached' | 'idle'> {
    if (this.clock instanceof VirtualTime) return this.clock.run(until);
    while (!until()) await new Promise((resolve) => setTimeout(resolve, 100));
    return 'reached';
  }

  /** Lets so many milliseconds of the lab's time pass. */
  async runFor(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    // A timer of its own, so that time gets there even when nothing else is to happen.
    this.clock.setTimer(ms, () => undefined, 'run for');
    await this.run(() => this.clock.now() >= end);
  }

  /** Whether nothing is on its way: no event, no invocation, no message with a reader, no stream record. */
  atRest(): boolean {
    const { buses, functions, queues, streams } = this.services;
    const waiting = queues.all().some((queue) => queue.hasReader && queue.messages().length > 0);
    return (
      buses.underWay === 0 &&
      functions.inFlight === 0 &&
      !waiting &&
      [...streams.values()].every(({ backlog }) => backlog === 0)
    );
  }

  /** What was made of the template's resource whose logical id begins so. @throws Error when there is none */
  resource(type: string, logicalId = ''): Deployed {
    const found = this.deployed().find((one) => one.type === type && one.logicalId.startsWith(logicalId));
    if (found === undefined) throw new Error(`The assembly has no ${type} ${logicalId}.`);
    return found;
  }

  deployed(): readonly Deployed[] {
    this.#deployed ??= this.#deployment?.deployed();
    return this.#deployed ?? [];
  }

  async close(): Promise<void> {
    if (this.clock instanceof RealTime) this.clock.close();
    keepCompiledCode();
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  #pumped<T>(promise: Promise<T>): Promise<T> {
    return this.clock instanceof VirtualTime ? this.clock.settle(promise) : promise;
  }

  #aws(): AwsServer {
    const { services, options } = this;
    const { platform, access, recorder, faults } = services;
    const server = new AwsServer({ clock: this.clock, seed: options.seed, access, recorder, faults });
    server.add(
      dynamodbDouble({
        platform,
        store: services.store,
        tables: services.tables,
        onWrite: (write) => services.streams.get(write.table.stream?.arn ?? '')?.add(write),
      }),
      sqsDouble(services.queues),
      eventsDouble(platform, services.buses),
      statesDouble(services.executions),
      kmsDouble(platform, services.keys),
      secretsDouble(services.secrets),
      s3Double({ platform, buckets: services.buckets }),
      ...estateDoubles({
        estates: this.estates,
        homeRegion: options.region,
        mint: sessionMint(platform),
        rolePolicies: rolePolicyListener(access),
      }),
      ...(options.doubles?.(this) ?? []),
    );
    return server;
  }

  #host(logs: Services['logs']): SandboxHost {
    return {
      clock: this.clock,
      seed: this.options.seed,
      realPort: (nominal) => this.#ports.get(nominal) ?? nominal,
      wire: (nominal) => this.#wires.get(nominal),
      crashPoint: (call) => this.options.crash?.(call),
      print: (name, requestId, line) => logs.print(name, requestId, line),
    };
  }

  #executor(): CommandExecutor {
    const { executor } = this.options;
    if (executor === undefined) throw new Error('This lab was given no executor of SSM documents.');
    return executor(this);
  }
}

/** Starts a lab. Attach Slack and GitHub before the first event. */
export function createLab(options: LabOptions): Promise<Lab> {
  return new Lab(options).begin();
}
