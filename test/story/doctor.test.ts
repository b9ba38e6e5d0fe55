import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { doctorCommand } from '../../bin/doctor-command';
import { CHECKS, type Diagnosis } from '../../core/doctor/checks';
import { CLOUDFORMATION } from '../../lab/cloudformation/double';
import { createDesk, type Desk } from '../../lab/desk/desk';
import { readPolicy } from '../../lab/iam/policy';
import { ENDPOINTS } from '../../lab/lab';
import { finding } from '../support/story';
import { storyAssembly } from '../support/story-assembly';

const [ACCOUNT, REGION] = ['000111222333', 'eu-west-1'] as const;
const LOOKER = { accessKeyId: 'AKIADOCTOR000000', roleArn: `arn:aws:iam::${ACCOUNT}:role/looker` } as const;
const DEPLOYER = { accessKeyId: 'AKIADEPLOY000000', roleArn: `arn:aws:iam::${ACCOUNT}:role/deployer` } as const;

/** All that whoever runs the doctor needs: to read. */
const LOOKS = [
  'ec2:DescribeImages',
  'ec2:DescribeInstances',
  'ec2:DescribeVpcEndpoints',
  'guardduty:GetDetector',
  'guardduty:ListDetectors',
  'iam:GetRole',
  'kms:GetPublicKey',
  's3:GetBucketObjectLockConfiguration',
  'secretsmanager:GetSecretValue',
  'ssm:GetParameter',
];

let desk: Desk;
let outputs: string;

function letIn({ accessKeyId, roleArn }: { accessKeyId: string; roleArn: string }, actions: readonly string[]): void {
  const { access } = desk.lab.services;
  const Statement = [{ Effect: 'Allow', Action: [...actions], Resource: '*' }];
  access.role(roleArn).policies.push(readPolicy('reads', { Statement }));
  access.registerCaller({ principal: { accessKeyId, account: ACCOUNT, roleArn, session: 'person' }, codeSha256: null });
}

/** Something outside of the lab asks it: its clock goes on while it does. */
async function outside<T>(work: () => Promise<T>): Promise<T> {
  const running = work();
  let over = false;
  const done = running.finally(() => {
    over = true;
  });
  while (!over) {
    await desk.lab.runFor(50);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return done;
}

async function doctor(): Promise<{ exit: number; found: readonly Diagnosis[] }> {
  const heard: string[] = [];
  const stream = () =>
    new Writable({
      write: (chunk, _, next) => {
        heard.push(String(chunk));
        next();
      },
    });
  const exit = await outside(() =>
    doctorCommand(['--outputs', outputs, '--json'], { stdout: stream(), stderr: stream() }),
  );
  return { exit, found: JSON.parse(heard.join('')) };
}

/** The same as a person runs it: through the command line, in a process of its own. */
function cordonDoctor(): Promise<{ exit: number; found: readonly Diagnosis[] }> {
  const argv = [join(__dirname, '../../bin/cordon.mjs'), 'doctor', '--outputs', outputs, '--json'];
  return outside(
    () =>
      new Promise((done) => {
        execFile(process.execPath, argv, { env: { ...process.env } }, (error, stdout) =>
          done({ exit: Number(error?.code ?? 0), found: JSON.parse(stdout) }),
        );
      }),
  );
}

const before = { ...process.env };

beforeAll(async () => {
  const assembly = await storyAssembly();
  const { folder } = assembly;
  desk = await createDesk({
    ...{ assembly, seed: '1', time: 'virtual', account: ACCOUNT, region: REGION },
    start: Date.now(),
  });
  letIn(LOOKER, LOOKS);
  letIn(DEPLOYER, ['sts:AssumeRole']);
  const real = (name: string) => desk.lab.realUrl(ENDPOINTS[name] ?? '');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: real('AWS_ENDPOINT_URL'),
    SLACK_API_URL: real('SLACK_API_URL'),
    GITHUB_API_URL: real('GITHUB_API_URL'),
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: LOOKER.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'lab',
  });
  const answer = await outside(() =>
    fetch(`${desk.lab.realUrl(CLOUDFORMATION)}/deploy`, {
      method: 'POST',
      headers: { authorization: DEPLOYER.accessKeyId },
      body: JSON.stringify({ assembly: folder }),
    }).then((one) => one.text()),
  );
  outputs = join(mkdtempSync(join(tmpdir(), 'cordon-doctor-')), 'cdk-outputs.json');
  writeFileSync(outputs, JSON.stringify(JSON.parse(answer).outputs));
}, 120_000);

afterAll(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await desk.close();
});

/** What is not as it should be, with its sentence. */
const ill = (found: readonly Diagnosis[]) =>
  Object.fromEntries(
    found.filter(({ state }) => state !== 'ok').map(({ check, state, says }) => [check, `${state}: ${says}`]),
  );

/** What a team still has to do after its first deploy, in the lab as anywhere: write the door and the key into git. */
const FIRST_DEPLOY = {
  'App manifest': 'fail: 3 URLs point elsewhere',
  'Signing key': 'warn: policy.yaml names no fingerprint: "cordon verify" calls signatures not anchored',
};

describe('cordon doctor, asked of a deployment in the lab', () => {
  it('finds GuardDuty off, and what a first deploy leaves to do', async () => {
    const { exit, found } = await doctor();
    expect(exit).toBe(1);
    expect(ill(found)).toEqual({ ...FIRST_DEPLOY, GuardDuty: 'fail: is off in this region' });
    expect(found.map(({ check }) => check)).toEqual(Object.keys(CHECKS));
  });

  it('finds it on once it is, and says what it saw of the rest', async () => {
    desk.prepare(finding());
    const { found } = await cordonDoctor();
    expect(ill(found)).toEqual(FIRST_DEPLOY);
    const says = Object.fromEntries(found.map(({ check, says: words }) => [check, words]));
    expect(says).toMatchObject({
      'Slack scopes': 'exactly those of the manifest, in Cordon lab',
      'GitHub App': 'may write contents and pull requests of example/cordon',
      'GitHub roles': expect.stringMatching(/^[5-9] trust environments of example\/cordon alone$/),
      'Quarantine endpoints': 'idle: S3’s alone',
      'Evidence bucket': 'keeps evidence 365 days (governance)',
      'Analysis image': expect.stringMatching(/^is ami-/),
      Door: 'refuses what Slack did not sign',
    });
  });

  it('changes nothing: every call of its own only reads', () => {
    const operations = desk.lab.services.recorder.rows
      .filter((row) => row.userAgent.includes('aws-sdk-js') && row.statement?.startsWith('reads/'))
      .map(({ operation }) => operation);
    expect(operations.length).toBeGreaterThan(10);
    expect(operations.filter((name) => !/^(Get|List|Describe)/.test(name))).toEqual([]);
  });

  it('names what a secret lacks, and still looks at everything else', async () => {
    desk.lab.services.secrets.put('SlackSecret', '{"signingSecret":"x"}');
    const { found } = await doctor();
    expect(ill(found)).toMatchObject({
      'Slack secret': 'fail: lacks botToken, appId, teamId',
      'Slack scopes': 'fail: could not be looked at: the Slack secret has no botToken yet',
      Clock: expect.stringMatching(/^fail: could not be looked at/),
    });
    expect(found).toHaveLength(Object.keys(CHECKS).length);
  });
});
