import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { App } from 'aws-cdk-lib';
import { initCommand } from '../../bin/init-command';
import { policyFor, quorumsFor } from '../../bin/init-files';
import { loadRulebook } from '../../core/policy/load';
import { readContext } from '../../infra/context';

const ROOT = resolve(__dirname, '../..');
const FLAGS = [
  '--team',
  '3',
  '--channel',
  'C0123456789',
  '--repository',
  'acme/ir',
  '--account',
  '111122223333',
  '--region',
  'eu-central-1',
];

function clone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-init-'));
  for (const part of ['runbooks', 'cdk.json', 'bot/manifest.yaml', '.github/CODEOWNERS']) {
    mkdirSync(resolve(folder, part, '..'), { recursive: true });
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  return folder;
}

async function init(folder: string, argv: readonly string[], answers?: readonly string[]) {
  const heard: string[] = [];
  const lines = [...(answers ?? [])];
  // A person at a terminal, who answers what was asked and types nothing ahead.
  const person = Object.assign(new PassThrough(), { isTTY: true });
  const listen = () =>
    new Writable({
      write: (chunk, _, done) => {
        heard.push(String(chunk));
        if (String(chunk).endsWith('? ') && lines.length > 0) person.write(`${lines.shift()}\n`);
        done();
      },
    });
  const stdin = answers === undefined ? Readable.from([]) : person;
  const exit = await initCommand(argv, { stdout: listen(), stderr: listen(), stdin }, folder);
  return { exit, said: heard.join('') };
}

describe('cordon init', () => {
  test('writes what a synthesis and a policy check then take', async () => {
    const folder = clone();
    const { exit, said } = await init(folder, [...FLAGS, '--email', 'soc@acme.example']);
    expect(exit).toBe(0);
    const { context } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8'));
    expect(readContext(new App({ context }))).toMatchObject({
      account: '111122223333',
      region: 'eu-central-1',
      slackChannel: 'C0123456789',
      githubRepository: 'acme/ir',
      alarmEmail: 'soc@acme.example',
    });
    expect(loadRulebook(folder).policy).toMatchObject({
      channel: 'C0123456789',
      gates: { stop: { quorum: 1, excludeRequester: true } },
    });
    expect(readFileSync(join(folder, '.github/CODEOWNERS'), 'utf8')).toContain('@acme/cordon-approvers');
    expect(said).toContain('npx cdk bootstrap aws://111122223333/eu-central-1');
  });

  test('keeps every comment of the policy', async () => {
    const folder = clone();
    const comments = (text: string) => text.match(/#.*/g);
    const before = comments(readFileSync(join(folder, 'runbooks/policy.yaml'), 'utf8'));
    await init(folder, FLAGS);
    expect(comments(readFileSync(join(folder, 'runbooks/policy.yaml'), 'utf8'))).toEqual(before);
  });

  test('changes no other line of the policy', async () => {
    const folder = clone();
    const lines = (text: string) => text.split('\n');
    const before = lines(readFileSync(join(folder, 'runbooks/policy.yaml'), 'utf8'));
    await init(folder, FLAGS);
    const after = lines(readFileSync(join(folder, 'runbooks/policy.yaml'), 'utf8'));
    expect(after.filter((line, at) => line !== before[at])).toEqual(['channel: C0123456789', '    quorum: 1']);
  });

  test('remembers: a later run needs only what it adds, and leaves the quorums alone', async () => {
    const folder = clone();
    await init(folder, FLAGS);
    const policy = readFileSync(join(folder, 'runbooks/policy.yaml'), 'utf8');
    const { exit, said } = await init(folder, ['--url', 'https://abc123.execute-api.eu-central-1.amazonaws.com']);
    expect([exit, said]).toEqual([0, expect.stringContaining('bot/manifest.yaml written')]);
    expect(readFileSync(join(folder, 'runbooks/policy.yaml'), 'utf8')).toBe(policy);
  });

  test('says what it takes', async () => {
    const { exit, said } = await init(clone(), ['--help']);
    expect(exit).toBe(0);
    for (const flag of ['team', 'channel', 'repository', 'account', 'region', 'repositoryIds', 'email', 'url'])
      expect(said).toContain(`--${flag}  must be`);
  });

  test('says the same twice', async () => {
    const folder = clone();
    await init(folder, FLAGS);
    const again = await init(folder, FLAGS);
    expect(again.said).toContain('runbooks/policy.yaml says it already');
    expect(again.said).toContain('cdk.json says it already');
  });

  test('puts the door’s address into the app manifest once it is known', async () => {
    const folder = clone();
    await init(folder, [...FLAGS, '--url', 'https://abc123.execute-api.eu-central-1.amazonaws.com/']);
    const urls = readFileSync(join(folder, 'bot/manifest.yaml'), 'utf8').match(/https:\/\/\S+/g);
    expect(urls).toHaveLength(3);
    for (const url of urls ?? [])
      expect(url).toMatch(/^https:\/\/abc123\.execute-api\.eu-central-1\.amazonaws\.com\/slack\//);
  });

  test('asks a person, and again when the answer cannot be', async () => {
    const { exit, said } = await init(
      clone(),
      [],
      ['many', '12', 'C0123456789', 'acme/ir', '111122223333', 'eu-west-1'],
    );
    expect(exit).toBe(0);
    expect(said).toContain('It must be a number from 2 to 300');
    expect(said).toContain('A stop will ask 2 persons.');
  });

  test.each([
    [['--team', '1'], '--team must be a number from 2 to 300'],
    [['--channel', '#soc'], '--channel must be a channel id such as C0123456789'],
    [['--teams', '3'], "Unknown option '--teams'"],
    [['--team', '3'], 'nobody is there to ask: give --channel, --repository, --account, --region.'],
  ])('refuses %j in one sentence and writes nothing', async (argv, sentence) => {
    const folder = clone();
    const before = readFileSync(join(folder, 'cdk.json'), 'utf8');
    const { exit, said } = await init(folder, argv);
    expect(exit).toBe(2);
    expect(said).toContain(sentence);
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(readFileSync(join(folder, 'cdk.json'), 'utf8')).toBe(before);
  });
});

test('cordon init names cdk.json where somebody broke it', async () => {
  const folder = clone();
  writeFileSync(join(folder, 'cdk.json'), '{ bad');
  const { exit, said } = await init(folder, FLAGS);
  expect(exit).toBe(2);
  expect(said).toMatch(/^cordon init: cdk\.json is not JSON \(.+\): mend it, then run this again\.\n$/);
});

describe('quorums', () => {
  test.each([
    [2, { stop: 1, hard: 1 }],
    [3, { stop: 1, hard: 1 }],
    [4, { stop: 2, hard: 1 }],
    [30, { stop: 2, hard: 2 }],
    [300, { stop: 2, hard: 2 }],
  ])('of a team of %i', (team, quorums) => {
    expect(quorumsFor(team)).toEqual(quorums);
  });

  test('never drop the typed id of a stop', () => {
    const text = readFileSync(join(ROOT, 'runbooks/policy.yaml'), 'utf8').replace(
      'typedConfirmation: true',
      'typedConfirmation: false',
    );
    expect(policyFor(text, { team: 3, channel: 'C0123456789' })).toContain('typedConfirmation: true');
  });
});
