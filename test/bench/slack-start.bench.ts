import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'node:querystring';
import { gateRefValue } from '../../bot/action-ids';
import { EdgeBackend, signedEvent } from '../support/chat/edge-backend';
import { ID, rowsOf, STAGES, STOP_ASKED } from '../support/chat/rows';
import { bundleEntry, deployedBundles, ROOT } from '../support/chat/slack-bundle';

export interface SlackStartMeasure {
  readonly name: 'slack-start';
  readonly request: 'help' | 'approve';
  readonly runs: number;
  /** Medians in milliseconds, process start → ack, all of this run. */
  readonly bare_ms: number;
  readonly ours_ms: number;
  readonly documented_ms: number;
  readonly ours_over_bare: number;
  readonly documented_over_bare: number;
  readonly ours_kb: number;
  readonly documented_kb: number;
}

const RUNS = 15;
const SECRET = { signingSecret: 'a signing secret', botToken: 'xoxb-1', appId: 'A0CORDONAPP', teamId: 'T0CORDONLAB' };

/** The least a function can do: check the signature and answer. */
const BARE = `
const { createHmac, timingSafeEqual } = require('node:crypto');
exports.handler = async (event) => {
  const mac = createHmac('sha256', ${JSON.stringify(SECRET.signingSecret)}).update('v0:' + event.headers['x-slack-request-timestamp'] + ':' + event.body).digest('hex');
  const ok = timingSafeEqual(Buffer.from('v0=' + mac), Buffer.from(event.headers['x-slack-signature']));
  return ok ? { statusCode: 200, body: '{}' } : { statusCode: 401, body: '' };
};`;

/** Bolt as its documentation bundles it, with the clients of a bot that starts workflows. */
const DOCUMENTED = `
import { App, AwsLambdaReceiver } from '@slack/bolt';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
const receiver = new AwsLambdaReceiver({ signingSecret: ${JSON.stringify(SECRET.signingSecret)} });
const app = new App({ receiver, authorize: async () => ({ botToken: 'xoxb-1' }) });
const clients = [new DynamoDBClient({ region: 'eu-west-1' }), new SFNClient({ region: 'eu-west-1' })];
app.command('/ir', async ({ ack }) => ack({ text: 'help ' + clients.length }));
app.action('gate-approve', async ({ ack }) => ack());
export const handler = receiver.toHandler();`;

const RUNNER = `
const { handler } = require(process.argv[2]);
handler(JSON.parse(process.argv[3]), {}).then(({ statusCode }) => { process.stdout.write('ack ' + statusCode + '\\n', () => process.exit(0)); });`;

function bodyOf(request: SlackStartMeasure['request'], run: number): readonly [path: string, body: string] {
  if (request === 'help') {
    const form = {
      command: '/ir',
      text: 'help',
      user_id: 'U0ALICE01',
      team_id: SECRET.teamId,
      channel_id: 'C0CORDON',
      trigger_id: `1.${run}`,
      api_app_id: SECRET.appId,
    };
    return ['/slack/commands', stringify(form)];
  }
  if (STOP_ASKED.type !== 'GateOpened') throw new Error('the fixture asks no gate');
  const value = gateRefValue({ incident: ID, gate: 'stop', opening: 1, planDigest: STOP_ASKED.plan.digest });
  const payload = {
    type: 'block_actions',
    team: { id: SECRET.teamId },
    user: { id: 'U0CAROL01', team_id: SECRET.teamId },
    api_app_id: SECRET.appId,
    trigger_id: `1.${run}`,
    container: { type: 'message', channel_id: 'C0CORDON', message_ts: '1577836800.000200' },
    channel: { id: 'C0CORDON' },
    actions: [{ type: 'button', action_id: 'gate-approve', block_id: 'b', value, action_ts: '1.1' }],
  };
  return ['/slack/interactions', stringify({ payload: JSON.stringify(payload) })];
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Milliseconds from spawning Node to the line that says the request was acknowledged. */
async function once(runner: string, bundle: string, event: object, env: Record<string, string>): Promise<number> {
  const before = process.hrtime.bigint();
  const child = spawn(process.execPath, [runner, bundle, JSON.stringify(event)], {
    env: { PATH: process.env.PATH ?? '', NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let out = '';
    let took = Number.NaN;
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('ack 200')) took = Number(process.hrtime.bigint() - before) / 1e6;
    });
    child.on('close', () =>
      Number.isNaN(took) ? reject(new Error(`${bundle} did not acknowledge: ${out}`)) : resolve(took),
    );
  });
}

/** Process start → ack for a signed `/ir help` and a signed approve click: bare, ours and the documented way, interleaved. */
export async function slackStartBench(): Promise<readonly SlackStartMeasure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-slack-start-'));
  try {
    const files = await variants(folder);
    const measures: SlackStartMeasure[] = [];
    for (const request of ['help', 'approve'] as const) measures.push(await measure(files, request));
    return measures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Variants {
  readonly runner: string;
  readonly bare: string;
  readonly ours: string;
  readonly documented: string;
}

async function variants(folder: string): Promise<Variants> {
  const files = {
    runner: join(folder, 'run.js'),
    bare: join(folder, 'bare.js'),
    documented: join(folder, 'documented.js'),
  };
  writeFileSync(files.runner, RUNNER);
  writeFileSync(files.bare, BARE);
  const source = { contents: DOCUMENTED, resolveDir: ROOT, loader: 'ts' } as const;
  await bundleEntry('', files.documented, false, { entryPoints: [], stdin: source });
  const deployed = await deployedBundles(join(folder, 'bundles'));
  return { ...files, ours: join(deployed.get('slack') ?? '', 'index.js') };
}

async function measure(files: Variants, request: SlackStartMeasure['request']): Promise<SlackStartMeasure> {
  const messages = { 'gate/stop/1': { channel: 'C0CORDON', ts: '1577836800.000200', seq: 8 } };
  const backend = new EdgeBackend({ secret: SECRET, rows: rowsOf(STAGES['the stop is asked'] ?? []), messages });
  await backend.listen();
  const times = { bare: [] as number[], ours: [] as number[], documented: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    // Each run is another request: the door remembers them.
    const [path, body] = bodyOf(request, run);
    for (const variant of ['bare', 'ours', 'documented'] as const) {
      const event = signedEvent(SECRET.signingSecret, path, body);
      times[variant].push(await once(files.runner, files[variant], event, backend.environment()));
    }
  }
  await backend.close();
  const [bare, ours, documented] = [median(times.bare), median(times.ours), median(times.documented)];
  const kb = (file: string) => Math.round(statSync(file).size / 1000);
  return {
    name: 'slack-start',
    request,
    runs: RUNS,
    bare_ms: Math.round(bare),
    ours_ms: Math.round(ours),
    documented_ms: Math.round(documented),
    ours_over_bare: Number((ours / bare).toFixed(2)),
    documented_over_bare: Number((documented / bare).toFixed(2)),
    ours_kb: kb(files.ours),
    documented_kb: kb(files.documented),
  };
}
