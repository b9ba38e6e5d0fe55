import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { CHECKS, type Diagnosis, type DoctorPorts, diagnose, type Expected } from '../../../core/doctor/checks';
import { loadRulebook } from '../../../core/policy/load';

const KEY = Buffer.from('a public key').toString('base64');
const FINGERPRINT = createHash('sha256').update('a public key').digest('hex');
const NOW = new Date('2026-07-01T12:00:00Z');
const { policy } = loadRulebook(resolve(__dirname, '../../..'));

const healthy = (more: Partial<DoctorPorts> = {}): DoctorPorts => ({
  slackIdentity: async () => ({ team: 'Acme', scopes: ['chat:write', 'commands'], date: NOW }),
  groupMembers: async () => 3,
  secretFields: async (which) =>
    which === 'slack' ? ['signingSecret', 'botToken', 'appId', 'teamId'] : ['appId', 'installationId', 'privateKey'],
  doorStatus: async () => 401,
  githubPermissions: async () => ({ contents: 'write', pull_requests: 'write' }),
  githubRoles: async () => ({
    DeployRole: ['repo:acme/ir:environment:production', 'repo:acme@1/ir@2:environment:production'],
  }),
  quarantine: async () => ({ s3: true, interfaces: 0, instances: 0 }),
  activeDetectors: async () => 1,
  image: async () => 'ami-0123456789abcdef0',
  retention: async () => ({ mode: 'GOVERNANCE', days: 365 }),
  signingKey: async () => KEY,
  now: () => NOW,
  ...more,
});
const expected = (more: Partial<Expected['policy']> = {}): Expected => ({
  policy: { ...policy, signingKey: { fingerprint: FINGERPRINT }, ...more },
  scopes: ['chat:write', 'commands'],
  manifestUrls: ['https://door.example/slack/events'],
  door: 'https://door.example',
  repository: 'acme/ir',
});
const ill = (found: readonly Diagnosis[]) => found.filter(({ state }) => state !== 'ok');

describe('the doctor', () => {
  test('finds nothing on a healthy deployment, and has looked at everything', async () => {
    const found = await diagnose(healthy(), expected());
    expect(ill(found)).toEqual([]);
    expect(found.map(({ check }) => check)).toEqual(Object.keys(CHECKS));
  });

  const wrong: readonly (readonly [
    string,
    Partial<DoctorPorts>,
    Partial<Expected['policy']>,
    string,
    Diagnosis['state'],
    string,
  ])[] = [
    [
      'an empty secret',
      { secretFields: async () => undefined },
      {},
      'Slack secret',
      'fail',
      'nothing was put into it yet',
    ],
    [
      'an App that is nowhere',
      { githubPermissions: async () => undefined },
      {},
      'GitHub App',
      'fail',
      'is not installed on acme/ir',
    ],
    [
      'an App that may only read',
      { githubPermissions: async () => ({ contents: 'read', pull_requests: 'write' }) },
      {},
      'GitHub App',
      'fail',
      'may not write contents',
    ],
    [
      'a role that trusts a branch',
      { githubRoles: async () => ({ DeployRole: ['repo:acme/ir:ref:refs/heads/main'] }) },
      {},
      'GitHub roles',
      'fail',
      'DeployRole trusts something else',
    ],
    [
      'a role that is gone',
      { githubRoles: async () => ({ DeployRole: undefined }) },
      {},
      'GitHub roles',
      'fail',
      'DeployRole is not there',
    ],
    [
      'a quarantine without S3',
      { quarantine: async () => ({ s3: false, interfaces: 0, instances: 0 }) },
      {},
      'Quarantine endpoints',
      'fail',
      'lack the one of S3',
    ],
    [
      'endpoints that nobody needs',
      { quarantine: async () => ({ s3: true, interfaces: 2, instances: 0 }) },
      {},
      'Quarantine endpoints',
      'warn',
      '2 are open and no forensic instance lives',
    ],
    [
      'a secret without a field',
      { secretFields: async () => ['signingSecret', 'botToken', 'appId', 'installationId', 'privateKey'] },
      {},
      'Slack secret',
      'fail',
      'lacks teamId',
    ],
    [
      'a missing scope',
      { slackIdentity: async () => ({ team: 'A', scopes: ['commands'], date: NOW }) },
      {},
      'Slack scopes',
      'fail',
      'the token lacks chat:write',
    ],
    [
      'a scope too many',
      { slackIdentity: async () => ({ team: 'A', scopes: ['chat:write', 'commands', 'admin'], date: NOW }) },
      {},
      'Slack scopes',
      'warn',
      'the token may also admin',
    ],
    [
      'a clock that is off',
      { now: () => new Date(NOW.getTime() + 90_000) },
      {},
      'Clock',
      'warn',
      'is 90 s off Slack’s',
    ],
    [
      'an empty group',
      { groupMembers: async () => 0 },
      { groups: { soc: { slackGroup: 'S0SOC' } } },
      'Slack groups',
      'warn',
      'soc has no members',
    ],
    [
      'an open door',
      { doorStatus: async () => 200 },
      {},
      'Door',
      'fail',
      'answers 200 to an unsigned request, not 401',
    ],
    ['GuardDuty off', { activeDetectors: async () => 0 }, {}, 'GuardDuty', 'fail', 'is off in this region'],
    ['no lock', { retention: async () => undefined }, {}, 'Evidence bucket', 'fail', 'has no default retention'],
    [
      'no fingerprint',
      {},
      { signingKey: {} },
      'Signing key',
      'warn',
      'policy.yaml names no fingerprint: "cordon verify" calls signatures not anchored',
    ],
    [
      'another key',
      {},
      { signingKey: { fingerprint: '0'.repeat(64) } },
      'Signing key',
      'fail',
      'is another one than policy.yaml trusts',
    ],
    ['no image', { image: async () => undefined }, {}, 'Analysis image', 'fail', 'is not there'],
  ];
  test.each(wrong)('names %s and what to do', async (_, ports, rules, check, state, says) => {
    const found = await diagnose(healthy(ports), expected(rules));
    const [first] = ill(found).filter((each) => each.check === check);
    expect(first).toMatchObject({ check, state, says, todo: expect.stringMatching(/.+/) });
  });

  test('sees a manifest that points elsewhere', async () => {
    const found = await diagnose(healthy(), { ...expected(), manifestUrls: ['https://your-api.example/slack/events'] });
    expect(ill(found)).toMatchObject([
      { check: 'App manifest', state: 'fail', todo: expect.stringContaining('cordon init --url https://door.example') },
    ]);
  });

  test('goes on when one look breaks', async () => {
    const found = await diagnose(healthy({ image: () => Promise.reject(new Error('AccessDenied')) }), expected());
    expect(ill(found)).toMatchObject([
      { check: 'Analysis image', state: 'fail', says: 'could not be looked at: AccessDenied' },
    ]);
    expect(found).toHaveLength(Object.keys(CHECKS).length);
  });

  test('prints the fingerprint to write into policy.yaml', async () => {
    const found = await diagnose(healthy(), expected({ signingKey: {} }));
    expect(ill(found)[0]?.todo).toContain(FINGERPRINT);
  });
});
