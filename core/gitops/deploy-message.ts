import { slackEscape } from '../text';
import type { WaitingThread } from './thread-trailer';

/** One deploy of main, as GitHub tells it. */
export interface Deploy {
  /** `owner/name`. */
  readonly repository: string;
  /** 40 hex digits. */
  readonly commit: string;
  /** First line of the commit message. */
  readonly title: string;
  readonly actor: string;
  readonly runUrl: string;
  /** Whether the commit has two parents: git must be told which side of a merge to keep. */
  readonly isMerge: boolean;
  /** Threads that asked for what this deploys. */
  readonly threads: readonly WaitingThread[];
}

export type DeployState =
  | { readonly state: 'started' }
  | { readonly state: 'done'; readonly seconds: number }
  | { readonly state: 'failed'; readonly seconds: number; readonly at: string };

/** The text of the one Slack message of a deploy, edited from started to done or failed. */
export function deployMessage(deploy: Deploy, now: DeployState): string {
  const what = `<https://github.com/${deploy.repository}/commit/${deploy.commit}|${deploy.commit.slice(0, 7)}> ${slackEscape(deploy.title)}`;
  const run = `<${deploy.runUrl}|run>`;
  switch (now.state) {
    case 'started':
      return `Deploying ${what} by ${slackEscape(deploy.actor)} (${run}). Open incidents keep the version they started on.`;
    case 'done':
      return `Deployed ${what} in ${duration(now.seconds)} (${run}). To go back: \`${rollback(deploy)}\``;
    case 'failed':
      return `Deploying ${what} failed at ${slackEscape(now.at)} after ${duration(now.seconds)} (${run}). ${aftermath(now.at)} To go back: \`${rollback(deploy)}\``;
  }
}

/** What a thread that asked for the change reads: the same message edited, under the link to its pull request. */
export function threadMessage(deploy: Deploy, now: DeployState): string {
  const run = `<${deploy.runUrl}|run>`;
  switch (now.state) {
    case 'started':
      return `Merged; being deployed (${run}).`;
    case 'done':
      return `Merged and deployed (${run}): in force from the next incident on. Open incidents keep the rules they were opened with.`;
    case 'failed':
      return `Merged, but the deploy failed at ${slackEscape(now.at)} (${run}). ${aftermath(now.at)}`;
  }
}

/** What a deploy that failed left, by the words that deploy.yml has for where it failed. */
const AFTERMATHS: Readonly<Record<string, string>> = {
  'a step before the deploy': 'Nothing was changed.',
  'cdk deploy': 'CloudFormation takes the stack that failed back to what it was; stacks that were done before it stay.',
  'the smoke test': 'It is deployed all the same.',
};

function aftermath(at: string): string {
  return (Object.hasOwn(AFTERMATHS, at) ? AFTERMATHS[at] : undefined) ?? 'The run says what was changed.';
}

/** One command, to be pasted in a clone, whatever branch it is on: what is pushed is main and the way back, nothing else. */
export function rollback({ commit, isMerge }: Pick<Deploy, 'commit' | 'isMerge'>): string {
  const revert = `git revert --no-edit ${isMerge ? '-m 1 ' : ''}${commit}`;
  return `git fetch origin && git switch --detach origin/main && ${revert} && git push origin HEAD:main`;
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
