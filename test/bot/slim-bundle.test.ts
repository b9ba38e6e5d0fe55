import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'node:querystring';
import { gateRefValue } from '../../bot/action-ids';
import { rulebookPlugin } from '../../infra/rulebook-plugin';
import { EdgeBackend, signedEvent } from '../support/chat/edge-backend';
import { ID, rowsOf, STAGES, STOP_ASKED } from '../support/chat/rows';
import { bundleEntry } from '../support/chat/slack-bundle';

const SECRET = { signingSecret: 'a signing secret', botToken: 'xoxb-1', appId: 'A0CORDONAPP', teamId: 'T0CORDONLAB' };
const RUNNER =
  'const { handler } = require(process.argv[2]); handler(JSON.parse(process.argv[3])).then((answer) => { console.log(JSON.stringify(answer)); process.exit(0); });';

describe('the bundle of the Slack function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-slack-'));
  const file = join(folder, 'index.js');
  let inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
  beforeAll(async () => {
    const metafile = await bundleEntry('bot/slack.lambda.ts', file, true, { plugins: [rulebookPlugin] });
    inputs = Object.values(metafile.outputs)[0]?.inputs ?? {};
    writeFileSync(join(folder, 'run.js'), RUNNER);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const bytesOf = (of: (path: string) => boolean) =>
    Object.entries(inputs)
      .filter(([path]) => of(path))
      .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);

  async function handled(backend: EdgeBackend, event: object): Promise<{ statusCode: number; body: string }> {
    await backend.listen();
    const child = spawn(process.execPath, [join(folder, 'run.js'), file, JSON.stringify(event)], {
      env: { PATH: process.env.PATH, ...backend.environment() },
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    await new Promise((resolve) => child.on('close', resolve));
    await backend.close();
    return JSON.parse(out.trim().split('\n').at(-1) ?? '{}');
  }

  test('holds no client of EC2, SSM, S3 or Step Functions, and none of the servers Bolt brings', () => {
    const foreign = Object.keys(inputs).filter((path) =>
      /node_modules\/(?:@aws-sdk|@smithy|express|body-parser|iconv-lite|undici|p-queue|@slack\/(?:socket-mode|oauth|web-api))\//.test(
        path,
      ),
    );
    expect(foreign).toEqual([]);
    expect(readFileSync(file, 'utf8')).not.toMatch(/StartExecution|SendCommand|RunInstances|PutObject/);
  });

  test('keeps its size: own code with Bolt at most 400 kB, everything together as well', () => {
    const ownAndBolt = bytesOf(
      (path) => !path.includes('node_modules') || /node_modules\/(?:@slack|p-|retry|eventemitter3|tsscmp)/.test(path),
    );
    expect(ownAndBolt).toBeLessThanOrEqual(400_000);
    expect(statSync(file).size).toBeLessThanOrEqual(400_000);
  });

  test('holds the policy as checked JSON, no YAML parser and no schemas', () => {
    const readers = Object.keys(inputs).filter((path) => /node_modules\/(?:yaml|zod)\//.test(path));
    expect(readers).toEqual([]);
    expect(Object.keys(inputs)).toContain('cordon:rulebook');
    expect(readFileSync(file, 'utf8')).toContain('isolationsPerHour');
  });

  test('starts alone and answers a signed /ir help', async () => {
    const backend = new EdgeBackend({ secret: SECRET, rows: [], messages: {} });
    const body = stringify({
      command: '/ir',
      text: 'help',
      user_id: 'U0ALICE01',
      team_id: SECRET.teamId,
      channel_id: 'C0CORDON',
      trigger_id: '1.2',
      api_app_id: SECRET.appId,
    });
    const answer = await handled(backend, signedEvent(SECRET.signingSecret, '/slack/commands', body));
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('/ir isolate');
    expect(backend.calls).toEqual(['GetSecretValue', 'PutItem']);
  });

  test('starts alone and takes a signed approve click to its form', async () => {
    if (STOP_ASKED.type !== 'GateOpened') throw new Error('no gate');
    const messages = { 'gate/stop/1': { channel: 'C0CORDON', ts: '1577836800.000200', seq: 8 } };
    const backend = new EdgeBackend({ secret: SECRET, rows: rowsOf(STAGES['the stop is asked'] ?? []), messages });
    const value = gateRefValue({ incident: ID, gate: 'stop', opening: 1, planDigest: STOP_ASKED.plan.digest });
    const payload = {
      type: 'block_actions',
      team: { id: SECRET.teamId },
      user: { id: 'U0CAROL01', team_id: SECRET.teamId },
      api_app_id: SECRET.appId,
      trigger_id: '1.2',
      container: { type: 'message', channel_id: 'C0CORDON', message_ts: '1577836800.000200' },
      channel: { id: 'C0CORDON' },
      actions: [{ type: 'button', action_id: 'gate-approve', block_id: 'b', value, action_ts: '1.1' }],
    };
    const answer = await handled(
      backend,
      signedEvent(SECRET.signingSecret, '/slack/interactions', stringify({ payload: JSON.stringify(payload) })),
    );
    expect(answer.statusCode).toBe(200);
    expect(backend.calls).toContain('/api/views.open');
    expect(backend.calls).toContain('/api/views.update');
  });

  test('refuses an unsigned request without asking anything but its secret', async () => {
    const backend = new EdgeBackend({ secret: SECRET, rows: [], messages: {} });
    const answer = await handled(backend, { rawPath: '/slack/commands', body: 'ssl_check=1', headers: {} });
    expect(answer).toEqual({ statusCode: 401, body: '' });
    expect(backend.calls).toEqual(['GetSecretValue']);
  });
});
