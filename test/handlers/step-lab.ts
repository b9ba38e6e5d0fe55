import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EBSClient } from '@aws-sdk/client-ebs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsCommandRunner } from '../../core/adapters/aws/command-runner';
import { awsEstateReader, awsInstancePower } from '../../core/adapters/aws/estate-reader';
import { ec2ForensicHost } from '../../core/adapters/aws/forensic-host';
import { awsIsolation } from '../../core/adapters/aws/isolation';
import { awsProfiles, awsProtections, awsRoleSessions } from '../../core/adapters/aws/protections';
import { ebsSnapshotBlocks } from '../../core/adapters/aws/snapshot-blocks';
import { awsSnapshots } from '../../core/adapters/aws/snapshots';
import { awsSubnetAcls } from '../../core/adapters/aws/subnet-acls';
import { awsTraffic } from '../../core/adapters/aws/traffic';
import { AlreadyDone, Transient } from '../../core/errors';
import { commitTo } from '../../core/incident/commit';
import { replay } from '../../core/incident/evolve';
import { commandId, type IncidentId, type InstanceKey, incidentId, parseInstanceId } from '../../core/incident/ids';
import type { StepName } from '../../core/incident/steps';
import { credentialScope } from '../../lab/aws/credential-scope';
import { estateDoubles } from '../../lab/aws/estate-doubles';
import type { HttpRequest } from '../../lab/aws/protocol/http';
import { decodeCall, encodeAnswer, encodeFault } from '../../lab/aws/protocol/wire';
import { AwsFault, type ServiceDouble } from '../../lab/aws/service';
import { estateFromFinding, type ScenarioOptions } from '../../lab/estate/from-finding';
import { addGroup, addInstanceProfile, addLaunchTemplate, addRole, addSubnet, addVpc } from '../../lab/estate/install';
import type { Instance } from '../../lab/estate/machine-types';
import { testCall } from '../lab/aws/tiny-server';
import { findingEvent, VICTIM } from '../lab/estate/finding-event';
import { ACCOUNT, type LabEstates, labEstates, REGION } from '../lab/estate/lab-estates';
import { KEY, openCommand, SYSTEM } from '../support/books';
import { MemoryLedger, memoryClaims } from '../support/chat/stores';
import { MemoryBlobs, MemoryWaits, memoryInbox, tokens } from '../support/control-plane';

export const COLLECTION = `arn:aws:iam::${ACCOUNT}:instance-profile/cordon-collection`;
export const BUCKETS = ['evidence-bucket', 'tools-bucket'];

const QUARANTINE = {
  vpc: 'vpc-0quarantine000001',
  subnets: ['subnet-0quarantine00a', 'subnet-0quarantine00b'],
  group: 'sg-0quarantine0000001',
  template: 'lt-0quarantine0000001',
};

/** The quarantine as the stack deploys it: two zones, a launch template, the group of its endpoints. */
function addQuarantine(estate: LabEstates['estate']): void {
  addVpc(estate, { id: QUARANTINE.vpc, cidr: '10.213.0.0/24' });
  for (const [index, id] of QUARANTINE.subnets.entries()) {
    addSubnet(estate, { id, vpc: QUARANTINE.vpc, zone: `${REGION}${'ab'[index]}`, cidr: `10.213.0.${index * 64}/26` });
  }
  addGroup(estate, { id: QUARANTINE.group, vpc: QUARANTINE.vpc, name: 'endpoints', ingressFromVpc: [443] });
  addRole(estate, { name: 'forensic' });
  const profile = addInstanceProfile(estate, { name: 'forensic', roles: ['forensic'] });
  addLaunchTemplate(estate, {
    id: QUARANTINE.template,
    name: 'forensic',
    data: { imageId: 'ami-0forensic', instanceType: 'm7i.large', profileArn: profile.arn, groups: [QUARANTINE.group] },
  });
}

/**
 * Where the next call of an operation goes wrong: `lost` does its work and its answer never comes, `refused` is against a rule,
 * `repeated` does its work and is answered as its repeat is, which is what the SDK's own retry after a lost answer sees.
 */
export type Fault = { readonly operation: string; readonly kind: 'lost' | 'throttled' | 'refused' | 'repeated' };

/** The real adapters over the lab's estate, with an open incident about the finding's instance. */
export interface StepLab extends LabEstates {
  readonly instance: Instance;
  readonly key: InstanceKey;
  readonly id: IncidentId;
  readonly calls: string[];
  readonly faults: Fault[];
  readonly halt: { reason?: string };
  readonly ports: ReturnType<typeof portsOver>;
  input<S extends StepName>(step: S): { incident: IncidentId; run: number; step: S };
  incident(): Promise<NonNullable<ReturnType<typeof replay>>>;
  close(): Promise<void>;
}

/** Runs a step that may park: `parked`, or `done` when it found nothing to wait for. */
export async function parkedOrDone(run: Promise<unknown>): Promise<'parked' | 'done'> {
  try {
    await run;
    return 'parked';
  } catch (error) {
    if (error instanceof AlreadyDone) return 'done';
    throw error;
  }
}

/** Runs a step until it succeeds, as the platform's retries would; returns the number of tries. Other errors than Transient come through. */
export async function untilDone<L extends StepLab>(step: (lab: L) => Promise<unknown>, lab: L): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      await step(lab);
      return tries;
    } catch (error) {
      if (!(error instanceof Transient) || tries === 6) throw error;
    }
  }
}

const open: StepLab[] = [];

export async function closeLabs(): Promise<void> {
  await Promise.all(open.splice(0).map((lab) => lab.close()));
}

export async function stepLab(
  options: ScenarioOptions = {},
  parts: Parameters<typeof labEstates>[0] & {
    readonly finding?: Readonly<Record<string, unknown>>;
    /** Opened by a person, without a finding: by `/ir isolate`, or as a drill. */
    readonly byHand?: 'isolate' | 'drill';
  } = {},
): Promise<StepLab> {
  const lab = labEstates(parts);
  const made = estateFromFinding(lab.estates, findingEvent(parts.finding), options);
  if (made?.instance === undefined) throw new Error('The finding of the tests names an instance.');
  addQuarantine(lab.estate);
  addRole(lab.estate, { name: 'cordon-collection' });
  addInstanceProfile(lab.estate, { name: 'cordon-collection', roles: ['cordon-collection'] });
  // Making the world is no effect of ours.
  lab.estate.effects.length = 0;
  const calls: string[] = [];
  const faults: Fault[] = [];
  const halt: { reason?: string } = {};
  const doubles = estateDoubles({ estates: lab.estates, homeRegion: REGION, mint: refuseSessions });
  const server = await listen(doubles, lab, calls, faults);
  const key: InstanceKey = {
    ...KEY,
    account: ACCOUNT as never,
    region: REGION as never,
    instance: parseInstanceId(VICTIM)!,
  };
  const id = incidentId(key, 1);
  const ports = portsOver(server.url, lab, halt);
  await ports.claims.take(key, { incident: id, generation: 1 });
  const clock = ports.clock;
  const { finding: _none, ...byHand } = openCommand({ ...key, drill: parts.byHand === 'drill' });
  const opening = parts.byHand === undefined ? openCommand(key) : byHand;
  await commitTo(ports.ledger, clock, id, opening, SYSTEM, commandId('open'));
  await commitTo(
    ports.ledger,
    clock,
    id,
    { type: 'StartRun', run: 1, execution: 'arn:run' },
    SYSTEM,
    commandId('start'),
  );
  const result: StepLab = {
    ...lab,
    instance: made.instance,
    key,
    id,
    calls,
    faults,
    halt,
    ports,
    input: (step) => ({ incident: id, run: 1, step }),
    incident: async () => replay(await ports.ledger.read(id))!,
    close: server.close,
  };
  open.push(result);
  return result;
}

const refuseSessions = {
  mint: () => {
    throw new AwsFault('AccessDenied', 'no sessions here', 403);
  },
} as never;

function portsOver(endpoint: string, lab: LabEstates, halt: { reason?: string }) {
  const settings = {
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
  const clock = { now: () => new Date(lab.time.now()) };
  const at =
    <C>(client: C) =>
    () =>
      client;
  const ec2 = at(new EC2Client(settings));
  const autoscaling = at(new AutoScalingClient(settings));
  const elbv2 = at(new ElasticLoadBalancingV2Client(settings));
  const elb = at(new ElasticLoadBalancingClient(settings));
  const ssm = at(new SSMClient(settings));
  const pause = (ms: number) => lab.pass(ms);
  return {
    ledger: new MemoryLedger(),
    clock,
    waits: new MemoryWaits(),
    inbox: memoryInbox(),
    tokens,
    blobs: new MemoryBlobs(),
    claims: memoryClaims(),
    killSwitch: {
      halted: async () => (halt.reason === undefined ? undefined : { by: 'ana', at: 'now', reason: halt.reason }),
      halt: async () => undefined,
      unhalt: async () => undefined,
    },
    estates: awsEstateReader({ ec2, autoscaling, elbv2, elb, ssm }, clock),
    power: awsInstancePower(ec2),
    isolation: awsIsolation(ec2),
    traffic: awsTraffic({ autoscaling, elbv2, elb }),
    protections: awsProtections(ec2),
    profiles: awsProfiles(ec2),
    sessions: awsRoleSessions(at(new IAMClient(settings)), ec2),
    acls: awsSubnetAcls(ec2),
    snapshots: awsSnapshots(ec2),
    blocks: ebsSnapshotBlocks(at(new EBSClient(settings))),
    commands: awsCommandRunner(ssm),
    host: ec2ForensicHost(new EC2Client(settings), {
      launchTemplate: QUARANTINE.template,
      subnets: QUARANTINE.subnets,
      vpc: QUARANTINE.vpc,
      group: QUARANTINE.group,
      account: ACCOUNT,
      region: REGION,
    }),
    protectedRule: { tags: [{ key: 'cordon:protected', value: 'true' }], instances: [] },
    buckets: BUCKETS,
    collectionProfile: () => COLLECTION,
    homeAccount: ACCOUNT,
    partition: 'aws',
    pause,
  };
}

async function listen(doubles: readonly ServiceDouble[], lab: LabEstates, calls: string[], faults: Fault[]) {
  const server: Server = createServer((message, response) => {
    handle(doubles, lab, calls, faults, message).then(
      (result) =>
        result === 'lost'
          ? message.socket.destroy()
          : response.writeHead(result.status, result.headers).end(result.body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((done) => server.close(() => done()));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function handle(
  doubles: readonly ServiceDouble[],
  lab: LabEstates,
  calls: string[],
  faults: Fault[],
  message: IncomingMessage,
) {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  const url = new URL(message.url ?? '/', 'http://lab');
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
  const request: HttpRequest = {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks),
  };
  const { service } = credentialScope(request);
  const double = doubles.find(
    (each) => each.name === service && (each.version === undefined || request.body.includes(`Version=${each.version}`)),
  );
  if (double === undefined) throw new Error(`no double of ${service}`);
  const call = { ...testCall, now: () => lab.time.now() };
  try {
    const decoded = decodeCall(double, request);
    calls.push(`${service}:${decoded.name}`);
    const index = faults.findIndex((fault) => fault.operation === decoded.name);
    const fault = index < 0 ? undefined : faults.splice(index, 1)[0];
    if (fault?.kind === 'throttled') throw new AwsFault('RequestLimitExceeded', 'slow down', 503);
    if (fault?.kind === 'refused') throw new AwsFault('ValidationError', `the lab refuses ${decoded.name}`);
    decoded.operation.authorize?.(decoded.input, call);
    if (fault?.kind === 'repeated') await decoded.operation.run(decoded.input, call);
    const output = await decoded.operation.run(decoded.input, call);
    return fault?.kind === 'lost' ? ('lost' as const) : encodeAnswer(double, decoded.name, output, call.requestId);
  } catch (error) {
    if (error instanceof AwsFault) return encodeFault(double, error, call.requestId);
    throw error;
  }
}
