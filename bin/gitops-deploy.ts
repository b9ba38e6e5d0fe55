import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { type Deploy, type DeployState, deployMessage, threadMessage } from '../core/gitops/deploy-message';
import { threadsIn } from '../core/gitops/thread-trailer';
import { AskedWrongly } from './gitops-asked';

/** Where a message goes: the deploy channel, or a thread somewhere; with `ts` an edit of the one posted there. */
export interface Place {
  readonly thread?: { readonly channel: string; readonly ts: string };
  readonly ts: string | undefined;
}

/** Posts or edits one message; returns its ts. */
export type Say = (text: string, place: Place) => Promise<string>;

/** `replies`: ts of our message in each thread, in the order of `Deploy.threads`; empty where Slack did not take it. */
const SAVED = z.object({ ts: z.string(), at: z.number(), replies: z.array(z.string()) });

/**
 * Says how a deploy stands, always in the same message: its ts lies in `file` between the steps of the job. When Slack
 * did not take the first one, the last word is posted anew: a failed deploy is never silent. Threads that asked for
 * the change are told the same way; one that cannot be written to (archived, bot removed) does not hold up the rest.
 */
export async function announceDeploy(
  say: Say,
  deploy: Deploy,
  status: 'started' | 'success' | 'failure' | 'cancelled',
  options: { readonly file: string; readonly now: number; readonly at: string },
): Promise<void> {
  const saved = existsSync(options.file) ? SAVED.parse(JSON.parse(readFileSync(options.file, 'utf8'))) : undefined;
  const seconds = saved === undefined ? 0 : (options.now - saved.at) / 1000;
  const state: DeployState =
    status === 'started'
      ? { state: 'started' }
      : status === 'success'
        ? { state: 'done', seconds }
        : { state: 'failed', seconds, at: options.at };
  const ts = await say(deployMessage(deploy, state), { ts: saved?.ts });
  const replies: string[] = [];
  for (const [i, thread] of deploy.threads.entries()) {
    const place = { thread, ts: saved?.replies[i] || undefined };
    replies.push(await say(threadMessage(deploy, state), place).catch(() => ''));
  }
  if (status !== 'started') return;
  mkdirSync(dirname(options.file), { recursive: true });
  writeFileSync(options.file, JSON.stringify({ ts, at: options.now, replies }));
}

/** The commit that is checked out, as the message tells it. */
export function deployFrom(env: NodeJS.ProcessEnv, git = (args: readonly string[]) => runGit(args)): Deploy {
  const [commit = '', ...parents] = git(['rev-list', '--parents', '-n', '1', 'HEAD']).trim().split(' ');
  const repository = env.GITHUB_REPOSITORY ?? '';
  return {
    repository,
    commit,
    title: git(['log', '-1', '--format=%s']).trim(),
    actor: env.GITHUB_ACTOR ?? 'somebody',
    runUrl: `${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${repository}/actions/runs/${env.GITHUB_RUN_ID ?? ''}`,
    isMerge: parents.length > 1,
    threads: threadsIn(git(['log', '--format=%B', parents[0] === undefined ? 'HEAD' : `${parents[0]}..HEAD`])),
  };
}

function runGit(args: readonly string[]): string {
  return execFileSync('git', [...args], { encoding: 'utf8' });
}

/**
 * Whether what was deployed answers as it should: the door refuses a request that Slack did not sign, with an empty
 * body. That takes API, function, bundle and secret to be there. Tries for a minute: an alias moves shortly after.
 */
export async function smokeTest(
  url: string,
  tools: { readonly send: typeof fetch; readonly pause: (ms: number) => Promise<void> },
): Promise<string> {
  let last = 'no answer';
  for (let attempt = 1; attempt <= 12; attempt += 1) {
    last = await knock(url, tools.send);
    if (last === '') return `The door at ${url} refuses what Slack did not sign.`;
    await tools.pause(5_000);
  }
  throw new Error(`The door at ${url} is not as it should be: ${last}.`);
}

async function knock(url: string, send: typeof fetch): Promise<string> {
  try {
    const answer = await send(`${url}/slack/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'command=%2Fir&text=help',
    });
    if (answer.status !== 401) return `it answered ${answer.status} to an unsigned request, not 401`;
    return (await answer.text()) === '' ? '' : 'it answered an unsigned request with a body';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const OUTPUTS = z.record(z.string(), z.record(z.string(), z.string()));

/** The door's address, from the file that `cdk deploy --outputs-file` writes. */
export function doorUrl(file: string): string {
  if (!existsSync(file))
    throw new AskedWrongly(`${file} is not there: "npx cdk deploy --outputs-file ${file}" writes it.`);
  const outputs = OUTPUTS.parse(JSON.parse(readFileSync(file, 'utf8')));
  const url = outputs.CordonResponse?.SlackRequestUrl;
  if (url === undefined) throw new Error(`${file} names no CordonResponse.SlackRequestUrl: was the stack deployed?`);
  return url.replace(/\/$/, '');
}
