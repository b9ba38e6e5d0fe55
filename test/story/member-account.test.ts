import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { synthesize } from '../../bin/synth-command';
import { type Assembly, readAssembly } from '../../lab/assembly/assembly';
import type { Desk } from '../../lab/desk/desk';
import { type DrillResult, runDrill } from '../../lab/drill/drill';
import { finding } from '../support/story';

const [HUB, MEMBER, STRANGER, REGION] = ['000111222333', '444455556666', '999988887777', 'eu-west-1'] as const;
const AGREED = 'agreed-on-by-these-accounts';
const STRANGERS = '33333aa11-2222-3bb3-44cc-55555555555aa';
const desks: Desk[] = [];
afterAll(() => Promise.all(desks.splice(0).map((desk) => desk.close())));

const synthesized = async (context: Record<string, unknown>): Promise<Assembly> =>
  readAssembly(await synthesize({ stdout: new PassThrough(), stderr: new PassThrough() }, { context }));

/** The hub's stacks at home and the member stack in the other account, its parameter filled as a StackSet would. */
async function bothAccounts(): Promise<Assembly> {
  const hub = await synthesized({ adminPairs: [[HUB, MEMBER]], memberExternalId: AGREED, instanceFreeHash: true });
  const member = await synthesized({ memberOf: HUB, memberExternalId: AGREED });
  const evidence = hub.stacks.find(({ name }) => name === 'CordonEvidence');
  const key = Object.values(evidence?.template.Outputs ?? {}).find(({ Value }) =>
    JSON.stringify(Value).includes('"EvidenceKey'),
  );
  const filled = member.stacks.map((stack) => {
    const text = JSON.stringify(stack.template).replaceAll(
      '{"Ref":"EvidenceKeyArn"}',
      JSON.stringify({ 'Fn::ImportValue': key?.Export?.Name }),
    );
    return { ...stack, account: MEMBER, region: REGION, template: JSON.parse(text) };
  });
  return { ...hub, stacks: [...hub.stacks, ...filled] };
}

/** The committed finding as the hub's EventBridge has it: told by the hub, about another account. */
function findingIn(account: string): Record<string, unknown> {
  const event = finding();
  return { ...event, detail: JSON.parse(JSON.stringify(event.detail).replaceAll(HUB, account)) };
}

/** Two outputs of each tool: what the analysis finds is not the subject here. */
function someEvidence(): string {
  const folder = mkdtempSync(join(tmpdir(), 'member-evidence-'));
  const files = { disk: ['fsstat.txt', 'mmls.txt'], memory: ['linux.pslist.json', 'linux.sockstat.json'] };
  for (const [kind, names] of Object.entries(files))
    for (const name of names)
      cpSync(join(__dirname, '../../lab/evidence', kind, name), join(folder, kind, name), { recursive: true });
  return folder;
}

describe('an instance of a configured member account', () => {
  let result: DrillResult;
  const rows = () => result.desk.lab.services.recorder.rows;
  const named = (operation: string) =>
    rows()
      .filter((row) => row.operation === operation && row.outcome === 'ok')
      .flatMap(({ resources }) => resources);
  const effects = (account: string) => result.desk.lab.estates.at(account, REGION).effects.map(({ what }) => what);

  beforeAll(async () => {
    result = await runDrill({
      event: findingIn(MEMBER),
      decisions: [{ gate: 'stop', decision: 'approve' }],
      at: [],
      desk: { assembly: await bothAccounts(), seed: '1', evidence: someEvidence() },
      before: (desk) => void desks.push(desk),
      after: async ({ lab }) => {
        lab.putEvent({ ...findingIn(STRANGER), id: STRANGERS });
        await lab.runFor(60_000);
      },
    });
  }, 300_000);

  it('is contained, collected from, analysed and stopped, in an incident that carries its account', () => {
    expect(result.notices).toEqual([]);
    expect(result.outcome).toBe('stopped');
    expect(result.incident).toMatchObject({ account: MEMBER, region: REGION });
    expect(result.incident?.missing).toEqual([]);
  });

  it('is touched by the responder of that account alone, who knows an external id of its own', () => {
    const { access } = result.desk.lab.services;
    expect(new Set(named('AssumeRole').filter((arn) => arn.includes(':role/cordon-')))).toEqual(
      new Set([`arn:aws:iam::${MEMBER}:role/cordon-responder`]),
    );
    const [arn = ''] = [
      ...new Set(
        result.desk.lab
          .deployed()
          .filter(({ logicalId }) => /^IsolateInstanceRole/.test(logicalId))
          .map(({ attributes }) => String(attributes?.Arn)),
      ),
    ];
    const lets = (externalId: string) =>
      access.trusts(
        `arn:aws:iam::${MEMBER}:role/cordon-responder`,
        { kind: 'role', arn, account: HUB },
        'sts:AssumeRole',
        {
          'sts:ExternalId': externalId,
        },
      );
    expect([lets(`${AGREED}:${MEMBER}`), lets(`${AGREED}:${STRANGER}`), lets(AGREED)]).toEqual([true, false, false]);
    expect(effects(HUB)).not.toContain('StopInstances');
    expect(effects(MEMBER)).toEqual(expect.arrayContaining(['StopInstances', 'CreateSnapshots', 'ShareSnapshot']));
  });

  it('has the collection profile of its own account while it is isolated', () => {
    expect(result.estate.after?.profile).toBe(`arn:aws:iam::${MEMBER}:instance-profile/cordon-collection`);
  });

  it('leaves copies under the key of the hub, locked there and shared with the hub alone', () => {
    const { snapshots } = result.desk.lab.estates.at(MEMBER, REGION);
    const copies = (result.incident?.volumes ?? []).map(({ copy }) => snapshots.get(copy ?? ''));
    expect(copies.length).toBeGreaterThan(0);
    for (const copy of copies) {
      expect(copy).toMatchObject({ state: 'completed', sharedWith: [HUB], lock: { mode: 'governance' } });
      expect(copy?.kmsKey).toContain(`:${HUB}:key/`);
    }
  });

  it('is analysed at home: volumes of the shared copies, and every block hashed in the member', () => {
    const home = result.desk.lab.estates.at(HUB, REGION);
    expect(home.effects.map(({ what }) => what)).toEqual(expect.arrayContaining(['RunInstances', 'CreateVolume']));
    expect(result.incident?.blockHashes?.[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(result.incident?.artefacts.map(({ path }) => path).join(' ')).toMatch(/derived\/disk.*derived\/memory/);
  });

  it('stands beside one of an account that nobody configured: refused by intake, which nobody asks there', () => {
    const { lab } = result.desk;
    const refused = lab.services.queues.all().find(({ settings }) => /Refused/.test(settings.arn));
    expect(refused?.messages().map(({ body }) => JSON.parse(body))).toEqual([
      expect.objectContaining({
        reason: expect.stringContaining(`account ${STRANGER}, which is not a configured pair`),
        event: expect.objectContaining({ id: STRANGERS }),
      }),
    ]);
    expect(effects(STRANGER)).toEqual([]);
    expect(named('AssumeRole').join(' ')).not.toContain(STRANGER);
  });
});
