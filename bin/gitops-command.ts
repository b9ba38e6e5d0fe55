import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { awsSecretStore } from '../core/adapters/aws/control-plane';
import { lookupRole } from '../core/adapters/aws/lookup-role';
import { slackClient } from '../core/adapters/slack/web-client';
import { describeError } from '../core/errors';
import { slackEscape } from '../core/text';
import { AskedWrongly } from './gitops-asked';
import { announceDeploy, deployFrom, doorUrl, type Say, smokeTest } from './gitops-deploy';
import { comment, diffOf, summarise } from './gitops-diff';
import { findDrift, projectCdk, qualifierIn } from './gitops-drift';
import { githubApi } from './gitops-github';
import { recordNews } from './gitops-record';
import { tellStop } from './gitops-stop';
import { tellSymbols, writeSymbolPlan } from './gitops-symbols';
import type { CommandIo } from './io';
import { botTokenOf } from './slack-token';

const USAGE =
  'cordon gitops diff --base DIR --head DIR [--pull N] | announce started|success|failure|cancelled | smoke [--outputs FILE] | drift | record | symbols --out DIR | symbols-ready --out DIR | stop approved|rejected';
const MESSAGE_FILE = '.cache/deploy-message.json';
const QUIET = { unfurl_links: false, unfurl_media: false } as const;

/** `cordon gitops`: what the workflows of .github call, one line each; everything else of theirs is here. */
export async function gitopsCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [job, ...rest] = argv;
  try {
    switch (job) {
      case 'diff':
        return await diff(rest, process.env, io);
      case 'announce':
        return await announce(rest, process.env, io);
      case 'smoke':
        return await smoke(rest, io);
      case 'symbols':
      case 'symbols-ready':
        return await symbols(job, rest, process.env, io);
      case 'stop':
        return await stop(rest, process.env, io);
      case 'drift':
        return await drift(process.env, io);
      case 'record':
        return await record(process.env, io);
      default:
        io.stderr.write(`Usage: ${USAGE}\n`);
        return 2;
    }
  } catch (error) {
    io.stderr.write(`cordon gitops ${job}: ${describeError(error).message}\n`);
    return error instanceof AskedWrongly || isBadOption(error) ? 2 : 1;
  }
}

/** What `parseArgs` throws: https://nodejs.org/api/errors.html#err_parse_args_unknown_option */
function isBadOption(error: unknown): boolean {
  const code: unknown = Object(error).code;
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS');
}

async function diff(argv: readonly string[], env: NodeJS.ProcessEnv, io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { base: { type: 'string' }, head: { type: 'string' }, pull: { type: 'string' } },
  });
  if (!values.base || !values.head) throw new AskedWrongly('diff needs --base and --head, two cdk.out folders.');
  const text = diffOf(values.base, values.head);
  io.stdout.write(`${text}\n`);
  summarise(env, text);
  const pull = Number(values.pull ?? '');
  const { GITHUB_TOKEN, GITHUB_REPOSITORY } = env;
  if (!Number.isInteger(pull) || pull <= 0 || !GITHUB_TOKEN || !GITHUB_REPOSITORY) return 0;
  try {
    const api = githubApi(GITHUB_TOKEN, env);
    await comment(api, GITHUB_REPOSITORY, pull, text);
  } catch (error) {
    // A fork's token may not comment; the summary page has it all.
    io.stderr.write(`The pull request got no comment: ${describeError(error).message}\n`);
  }
  return 0;
}

async function announce(argv: readonly string[], env: NodeJS.ProcessEnv, io: CommandIo): Promise<number> {
  const [status] = argv;
  if (status !== 'started' && status !== 'success' && status !== 'failure' && status !== 'cancelled')
    throw new AskedWrongly('announce takes started, success, failure or cancelled.');
  await inDeployChannel(env, io, async (slack, channel) => {
    const say: Say = async (text, { thread, ts }) => {
      const message = { channel: thread?.channel ?? channel, text, ...QUIET };
      const answer = ts
        ? await slack.chat.update({ ...message, ts })
        : await slack.chat.postMessage({ ...message, ...(thread ? { thread_ts: thread.ts } : {}) });
      return answer.ts ?? '';
    };
    const at = env.CORDON_FAILED_AT ?? 'a step of the job';
    await announceDeploy(say, deployFrom(env), status, { file: MESSAGE_FILE, now: Date.now(), at });
  });
  return 0;
}

/** Tells the deploy channel something. Slack being away fails no job: GitHub's own log says it all. */
async function inDeployChannel(
  env: NodeJS.ProcessEnv,
  io: CommandIo,
  tell: (slack: ReturnType<typeof slackClient>, channel: string) => Promise<unknown>,
): Promise<void> {
  const { CORDON_SLACK_TOKEN: token, CORDON_SLACK_CHANNEL: channel } = env;
  if (!token || !channel) {
    io.stderr.write('CORDON_SLACK_TOKEN or CORDON_SLACK_CHANNEL is not set: nobody is told.\n');
    return;
  }
  try {
    await tell(slackClient(token, env.SLACK_API_URL, 30_000), channel);
  } catch (error) {
    io.stderr.write(`Slack was not told: ${describeError(error).message}\n`);
  }
}

/** Before and after symbols.sh: the plan it reads, and the word to whoever asked. */
async function symbols(
  job: 'symbols' | 'symbols-ready',
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  io: CommandIo,
): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { out: { type: 'string', default: 'symbols' } } });
  const said =
    job === 'symbols' ? writeSymbolPlan(env.CORDON_BANNER ?? '', values.out) : await tellSymbols(env, values.out);
  io.stdout.write(`${said}\n`);
  return 0;
}

/** Reports what reviewers of the environment decided about a stop. */
async function stop([decision]: readonly string[], env: NodeJS.ProcessEnv, io: CommandIo): Promise<number> {
  if (decision !== 'approved' && decision !== 'rejected') throw new AskedWrongly('stop takes approved or rejected.');
  io.stdout.write(`${await tellStop(decision, env)}\n`);
  return 0;
}

/** Tells the thread of a closed incident what became of its record. */
async function record(env: NodeJS.ProcessEnv, io: CommandIo): Promise<number> {
  const { GITHUB_EVENT_PATH: event, SLACK_SECRET_ARN: secret } = env;
  if (!event || !secret)
    throw new AskedWrongly('record needs GITHUB_EVENT_PATH and SLACK_SECRET_ARN, as record.yml sets them.');
  const { threads, text } = recordNews(event);
  if (threads.length === 0) {
    io.stdout.write('The pull request names no thread: nobody waits for it.\n');
    return 0;
  }
  const slack = slackClient(botTokenOf(await awsSecretStore().get(secret)), env.SLACK_API_URL, 30_000);
  for (const { channel, ts } of threads) await slack.chat.postMessage({ channel, thread_ts: ts, text, ...QUIET });
  io.stdout.write(`Told ${threads.length} thread(s).\n`);
  return 0;
}

/** What runs against what main says; the deploy channel hears of a difference. Exit 1 when there is one. */
async function drift(env: NodeJS.ProcessEnv, io: CommandIo): Promise<number> {
  if (!env.AWS_REGION) throw new AskedWrongly('drift needs AWS_REGION, as drift.yml sets it.');
  const keys = await lookupRole(env.AWS_REGION, qualifierIn(readFileSync('cdk.json', 'utf8')));
  const found = findDrift(projectCdk(keys), (text) => io.stdout.write(text));
  summarise(env, found ?? 'What runs is what main says.');
  if (found === undefined) return 0;
  io.stderr.write(`${found}\n`);
  const text = `${slackEscape(found)} ${runLink(env)}`;
  await inDeployChannel(env, io, (slack, channel) => slack.chat.postMessage({ channel, text, ...QUIET }));
  return 1;
}

function runLink(env: NodeJS.ProcessEnv): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server && repository && run ? `<${server}/${repository}/actions/runs/${run}|run>` : '';
}

async function smoke(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { outputs: { type: 'string', default: 'cdk-outputs.json' } },
  });
  io.stdout.write(`${await smokeTest(doorUrl(values.outputs), { send: fetch, pause: (ms) => pause(ms) })}\n`);
  return 0;
}
