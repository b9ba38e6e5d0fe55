import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import {
  AttachNetworkInterfaceCommand,
  AttachVolumeCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsEstateReader, awsInstancePower } from '../../core/adapters/aws/estate-reader';
import { s3EvidenceVault } from '../../core/adapters/aws/evidence-vault';
import { awsIsolation } from '../../core/adapters/aws/isolation';
import { awsProfiles, awsProtections, awsRoleSessions } from '../../core/adapters/aws/protections';
import { s3Blobs } from '../../core/adapters/aws/s3-blobs';
import { kmsSigner } from '../../core/adapters/aws/signer';
import { awsSnapshots } from '../../core/adapters/aws/snapshots';
import { awsSubnetAcls } from '../../core/adapters/aws/subnet-acls';
import { awsTraffic } from '../../core/adapters/aws/traffic';
import { s3Presigner, s3Uploads } from '../../core/adapters/aws/uploads';
import { differences } from '../../core/estate/difference';
import { commitTo } from '../../core/incident/commit';
import { replay } from '../../core/incident/evolve';
import {
  commandId,
  type InstanceKey,
  incidentId,
  parseAccountId,
  parseInstanceId,
  parseRegion,
  sha256,
} from '../../core/incident/ids';
import type { StepName } from '../../core/incident/steps';
import { makeCutSubnet } from '../../handlers/cut-subnet';
import { makeDetachFromService } from '../../handlers/detach-from-service';
import { makeIsolateInstance } from '../../handlers/isolate-instance';
import { makeProtectInstance } from '../../handlers/protect-instance';
import { makeProveIsolation } from '../../handlers/prove-isolation';
import { makeRecordEstate } from '../../handlers/record-estate';
import { makeReleaseInstance } from '../../handlers/release-instance';
import { makeRevokeSessions } from '../../handlers/revoke-sessions';
import { makeSnapshotVolumes } from '../../handlers/snapshot-volumes';
import { makeSwapProfile } from '../../handlers/swap-profile';
import { makeVerifySnapshots } from '../../handlers/verify-snapshots';
import { parkedOrDone } from '../handlers/step-lab';
import { openCommand, SYSTEM } from '../support/books';
import { MemoryLedger } from '../support/chat/stores';
import { MemoryWaits, memoryInbox, tokens } from '../support/control-plane';
import { type MotoAws, motoAwsVersion, startMotoAws } from '../support/moto-aws';

const REGION = 'eu-west-1';
const version = motoAwsVersion();
const suite = version === undefined ? describe.skip : describe;
if (version === undefined) process.stderr.write('notice: moto is not here; containment against moto is skipped\n');

suite(`containment and collection against moto ${version}`, () => {
  let moto: MotoAws;
  let lab: Awaited<ReturnType<typeof world>>;

  beforeAll(async () => {
    moto = await startMotoAws();
    lab = await world(moto.endpoint);
  }, 60_000);
  afterAll(() => moto?.stop());

  const steps: readonly [StepName, () => Promise<unknown>][] = [
    ['Record the estate', () => makeRecordEstate(lab.ports)(lab.input('Record the estate'))],
    ['Detach from service', () => makeDetachFromService(lab.ports)(lab.input('Detach from service'))],
    ['Protect the instance', () => makeProtectInstance(lab.ports)(lab.input('Protect the instance'))],
    ['Isolate the instance', () => makeIsolateInstance(lab.ports)(lab.input('Isolate the instance'))],
    ['Swap the instance profile', () => makeSwapProfile(lab.ports)(lab.input('Swap the instance profile'))],
    ['Prove the isolation', () => makeProveIsolation(lab.ports)(lab.input('Prove the isolation'))],
    ['Cut the subnet', () => makeCutSubnet(lab.ports)(lab.input('Cut the subnet'))],
    ['Revoke the sessions', () => makeRevokeSessions(lab.ports)(lab.input('Revoke the sessions'))],
  ];

  it.each(steps)('%s ends well, and once more with no second effect', async (_name, run) => {
    await run();
    await run();
  });

  it('left every interface with the isolation group alone', async () => {
    const filter = [{ Name: 'attachment.instance-id', Values: [lab.key.instance] }];
    const found = await lab.ec2.send(new DescribeNetworkInterfacesCommand({ Filters: filter }));
    const isolation = await lab.ports.isolation.findGroup(lab.key, lab.vpc, 'isolation-closed');
    expect(found.NetworkInterfaces?.map((each) => each.Groups?.map((group) => group.GroupId))).toEqual([
      [isolation],
      [isolation],
    ]);
  });

  it('takes one set of all volumes', async () => {
    const input = { ...lab.input('Snapshot the volumes'), token: 'token' };
    await parkedOrDone(makeSnapshotVolumes(lab.ports)(input));
    await parkedOrDone(makeSnapshotVolumes(lab.ports)(input));
    await makeVerifySnapshots(lab.ports)(lab.input('Verify the snapshots'));
    expect((await lab.incident()).volumes).toHaveLength(2);
  });

  it('keeps objects once, streams their hash, and signs with KMS', async () => {
    const body = new TextEncoder().encode('evidence');
    const first = await lab.ports.vault.putOnce('incidents/IR-AAAABBBB/x', body);
    expect(await lab.ports.vault.hash(first.key, first.versionId)).toBe(sha256(body));
    expect((await lab.signer.publicKey()).publicKey.length).toBeGreaterThan(300);
    expect((await lab.signer.sign(sha256('head'))).length).toBeGreaterThan(300);
  });

  it('lets a host without credentials fill a multipart upload', async () => {
    const key = 'incidents/IR-AAAABBBB/images/memory.lime';
    const upload = await lab.uploads.start(key);
    const body = Buffer.alloc(5 * 1024 * 1024 + 7, 1);
    for (const [index, part] of [body.subarray(0, 5 * 1024 * 1024), body.subarray(5 * 1024 * 1024)].entries()) {
      const url = await lab.presigner.part(key, upload, index + 1, 900);
      expect(url).not.toMatch(/x-amz-(?:sdk-)?checksum/i);
      expect((await fetch(url, { method: 'PUT', body: new Uint8Array(part) })).status).toBe(200);
    }
    expect(await lab.uploads.complete(key, upload, await lab.uploads.parts(key, upload))).toBe('done');
    expect(await lab.ports.vault.hash(key)).toBe(sha256(body));
  });

  it('gives back what was there', async () => {
    await makeReleaseInstance(lab.ports)(lab.input('Release the instance'));
    const now = await lab.ports.estates.read(lab.key);
    expect(now === undefined ? ['gone'] : differences(lab.before, now)).toEqual([]);
  });
});

async function world(endpoint: string) {
  const settings = {
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  const ec2 = new EC2Client(settings);
  const iam = new IAMClient(settings);
  for (const name of ['web', 'collection']) {
    await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: '{}' }));
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
  }
  const vpc = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  const subnet =
    (await ec2.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock: '10.0.1.0/24', AvailabilityZone: `${REGION}a` })))
      .Subnet?.SubnetId ?? '';
  const run = new RunInstancesCommand({
    ImageId: 'ami-12c6146b',
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    SubnetId: subnet,
    IamInstanceProfile: { Name: 'web' },
  });
  const made = (await ec2.send(run)).Instances?.[0];
  const id = made?.InstanceId ?? '';
  const eni = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnet }));
  await ec2.send(
    new AttachNetworkInterfaceCommand({
      InstanceId: id,
      NetworkInterfaceId: eni.NetworkInterface?.NetworkInterfaceId,
      DeviceIndex: 1,
    }),
  );
  const volume = await ec2.send(new CreateVolumeCommand({ Size: 8, AvailabilityZone: `${REGION}a` }));
  await ec2.send(new AttachVolumeCommand({ InstanceId: id, VolumeId: volume.VolumeId, Device: '/dev/sdf' }));
  const s3 = new S3Client({
    ...settings,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    // moto without the CRT answers a CRC-32 in the header of the CRC-64.
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  await s3.send(
    new CreateBucketCommand({ Bucket: 'evidence', CreateBucketConfiguration: { LocationConstraint: REGION } }),
  );
  const kms = new KMSClient(settings);
  const signing = await kms.send(new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }));
  const key: InstanceKey = {
    account: parseAccountId('123456789012')!,
    region: parseRegion(REGION)!,
    instance: parseInstanceId(id)!,
  };
  const at =
    <C>(client: C) =>
    () =>
      client;
  const clock = { now: () => new Date() };
  const ledger = new MemoryLedger();
  const incident = incidentId(key, 1);
  await commitTo(ledger, clock, incident, openCommand(key), SYSTEM, commandId('open'));
  await commitTo(
    ledger,
    clock,
    incident,
    { type: 'StartRun', run: 1, execution: 'arn:run' },
    SYSTEM,
    commandId('start'),
  );
  const services = {
    ec2: at(ec2),
    // moto has no inventory of SSM agents: here no agent has ever registered.
    ssm: at(Object.assign(new SSMClient(settings), { send: async () => ({ InstanceInformationList: [] }) })),
    autoscaling: at(new AutoScalingClient(settings)),
    elbv2: at(new ElasticLoadBalancingV2Client(settings)),
    elb: at(new ElasticLoadBalancingClient(settings)),
  };
  const estates = awsEstateReader(services, clock);
  const before = await estates.read(key);
  if (before === undefined) throw new Error('moto forgot the instance');
  const ports = {
    ledger,
    clock,
    estates,
    waits: new MemoryWaits(),
    inbox: memoryInbox(),
    tokens,
    blobs: s3Blobs(s3, 'evidence'),
    vault: s3EvidenceVault(s3, 'evidence'),
    killSwitch: { halted: async () => undefined, halt: async () => undefined, unhalt: async () => undefined },
    power: awsInstancePower(services.ec2),
    isolation: awsIsolation(services.ec2),
    traffic: awsTraffic(services),
    protections: awsProtections(services.ec2),
    profiles: awsProfiles(services.ec2),
    sessions: awsRoleSessions(at(iam), services.ec2),
    acls: awsSubnetAcls(services.ec2),
    // moto knows no snapshot locks.
    snapshots: { ...awsSnapshots(services.ec2), lock: async () => undefined },
    protectedRule: { tags: [], instances: [] },
    buckets: ['evidence'],
    collectionProfile: () => 'arn:aws:iam::123456789012:instance-profile/collection',
    partition: 'aws',
  };
  return {
    ec2,
    key,
    vpc,
    before,
    ports,
    signer: kmsSigner(kms, signing.KeyMetadata?.Arn ?? ''),
    uploads: s3Uploads(s3, 'evidence'),
    presigner: s3Presigner(
      async () => ({ s3, until: new Date(Date.now() + 3_600_000) }),
      { now: () => new Date() },
      { evidence: 'evidence', tools: 'tools' },
    ),
    input: <S extends StepName>(step: S) => ({ incident, run: 1, step }),
    incident: async () => replay(await ledger.read(incident))!,
  };
}
