import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../core/adapters/aws/clients';
import { reportWiring } from '../core/adapters/aws/report-wiring';
import { webChat } from '../core/adapters/slack/web-chat';
import { slackClient } from '../core/adapters/slack/web-client';
import { describeError } from '../core/errors';
import { type IncidentId, parseIncidentId } from '../core/incident/ids';
import { postReport } from '../core/report/post-report';
import { readSealedResults } from '../core/report/sealed-results';
import { analyseCommand } from './analyse-command';
import type { CommandIo } from './io';
import { botTokenOf } from './slack-token';

interface Wanted {
  readonly incident: IncidentId;
  readonly request: string;
  readonly channel: string;
  readonly thread: string;
  readonly out: string;
}

const USAGE = 'cordon report --incident IR-… --request ID --channel C… --thread TS --out DIR';
/** Slack needs longer for a file of some megabytes than for a message. */
const SLACK_TIMEOUT_MS = 30_000;

/**
 * `cordon report`: what analysis-summary.yml runs. Reads the sealed results, builds the summary, posts it to the thread
 * with the report attached, and reports back on our bus. Safe to run twice: the message is looked up by its metadata.
 */
export async function reportCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const wanted = readArguments(argv);
  if (typeof wanted === 'string') {
    io.stderr.write(`cordon report: ${wanted}\n`);
    return 2;
  }
  try {
    return await report(wanted, process.env, io);
  } catch (error) {
    io.stderr.write(`cordon report: ${describeError(error).message}\n`);
    return 1;
  }
}

async function report(wanted: Wanted, env: NodeJS.ProcessEnv, io: CommandIo): Promise<number> {
  const out = resolve(wanted.out);
  const sealed = join(out, 'sealed');
  const aws = reportWiring({ evidenceBucket: needed(env, 'EVIDENCE_BUCKET'), eventBus: needed(env, 'EVENT_BUS_NAME') });
  // Sealed or not: what was gone without is told as not checked, and the thread hears it.
  for (const part of ['disk', 'memory']) mkdirSync(join(sealed, part), { recursive: true });
  const results = await readSealedResults(aws.vault, wanted.incident, async ({ path, body }) => {
    const file = join(sealed, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, body);
  });
  io.stderr.write(`Read ${results.count} sealed results of ${wanted.incident}.\n`);
  const code = await analyseCommand(analyseArguments(sealed, out, results.origin), io);
  if (code !== 0) return code;
  const posted = await postReport(
    {
      chat: webChat(
        slackClient(
          botTokenOf(await aws.secrets.get(needed(env, 'SLACK_SECRET_ARN'))),
          env.SLACK_API_URL,
          SLACK_TIMEOUT_MS,
        ),
      ),
      bus: aws.bus,
      clock: systemClock,
    },
    {
      ...wanted,
      runUrl: env.RUN_URL ?? '',
      summary: readFileSync(join(out, 'summary.json')),
      message: JSON.parse(readFileSync(join(out, 'slack.json'), 'utf8')),
      reportHtml: readFileSync(join(out, 'report.html'), 'utf8'),
      notice: (sentence) => void io.stderr.write(`${sentence}\n`),
    },
  );
  io.stdout.write(`The summary of ${wanted.incident} is in the thread at ${posted.ts}.\n`);
  return 0;
}

/** An incident opened by hand has no finding; one with several is told from the first. */
function analyseArguments(sealed: string, out: string, origin: string): string[] {
  const finding = readdirSync(sealed)
    .sort()
    .find((name) => /^finding-.*\.json$/.test(name));
  return [
    ...['--disk', join(sealed, 'disk'), '--memory', join(sealed, 'memory'), '--origin', origin, '--out', out],
    ...(finding === undefined ? [] : ['--finding', join(sealed, finding)]),
  ];
}

function needed(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: it comes from the repository's variables (see README, "Deploy").`);
  }
  return value;
}

function readArguments(argv: readonly string[]): Wanted | string {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { incident: text, request: text, channel: text, thread: text, out: text },
    });
    const { incident, request, channel, thread, out } = values;
    if (!incident || !request || !channel || !thread || !out) return `every option is needed. Usage: ${USAGE}`;
    const id = parseIncidentId(incident);
    if (id === undefined) return `"${incident}" is no incident id; it looks like IR-ABCDEFGH.`;
    return { incident: id, request, channel, thread, out };
  } catch (error) {
    return `${describeError(error).message}. Usage: ${USAGE}`;
  }
}
