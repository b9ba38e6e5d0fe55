import { isMap, isScalar, parseDocument } from 'yaml';
import { parseCdkJson } from './cdk-json';

/** What a new team says about itself. */
export interface Answers {
  /** Persons who may decide; sets the quorums. Absent on a later run that does not change them. */
  readonly team?: number;
  /** Slack channel id. */
  readonly channel: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly account: string;
  readonly region: string;
  /** `ownerId/repositoryId`, for repositories with id-bearing OIDC subjects. */
  readonly repositoryIds?: string;
  readonly email?: string;
  /** The SlackRequestUrl output, once CordonResponse is deployed. */
  readonly url?: string;
}

export interface Quorums {
  /** Persons who must say yes to a stop. */
  readonly stop: number;
  /** Persons who must say yes to cutting a subnet or revoking sessions. */
  readonly hard: number;
}

/**
 * How many must agree. Three or fewer cannot find two others at night: one who did not ask, and the typed id. From four
 * on a stop takes two persons; from thirty on, so do the steps that hit neighbours.
 */
export function quorumsFor(team: number): Quorums {
  return { stop: team <= 3 ? 1 : 2, hard: team >= 30 ? 2 : 1 };
}

/** runbooks/policy.yaml with the quorums of this team and its channel; comments and everything else stay as they are written. */
export function policyFor(text: string, { team, channel }: Pick<Answers, 'team' | 'channel'>): string {
  const changed = written(text, ['channel'], channel);
  if (team === undefined) return changed;
  const { stop, hard } = quorumsFor(team);
  const gates: readonly (readonly [path: readonly string[], value: number | boolean])[] = [
    [['gates', 'stop', 'quorum'], stop],
    [['gates', 'stop', 'excludeRequester'], true],
    [['gates', 'stop', 'typedConfirmation'], true],
    [['gates', 'nacl', 'quorum'], hard],
    [['gates', 'revoke', 'quorum'], hard],
  ];
  return gates.reduce((before, [path, value]) => written(before, path, value), changed);
}

/** The text with one value written over; a place that is not there yet is made, which lays the whole text out anew. */
function written(text: string, path: readonly string[], value: string | number | boolean): string {
  const document = parseDocument(text);
  const node = document.getIn(path, true);
  if (isScalar(node) && node.range) return `${text.slice(0, node.range[0])}${value}${text.slice(node.range[1])}`;
  document.setIn(path, value);
  return document.toString({ lineWidth: 0 });
}

/** What an earlier run wrote into cdk.json, as flags. */
export function earlierAnswers(cdkJson: string): Readonly<Partial<Record<keyof Answers, string>>> {
  const { context = {} } = parseCdkJson(cdkJson);
  const names = {
    account: 'account',
    region: 'region',
    channel: 'slackChannel',
    repository: 'githubRepository',
    repositoryIds: 'githubRepositoryIds',
    email: 'alarmEmail',
  } as const;
  const pairs = Object.entries(names).map(([flag, name]) => [flag, context[name]] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}

/** cdk.json with this team's context; what stands there beside it stays. */
export function cdkJsonFor(text: string, answers: Answers): string {
  const parsed = parseCdkJson(text);
  const context = {
    ...parsed.context,
    account: answers.account,
    region: answers.region,
    slackChannel: answers.channel,
    githubRepository: answers.repository,
    ...(answers.repositoryIds ? { githubRepositoryIds: answers.repositoryIds } : {}),
    ...(answers.email ? { alarmEmail: answers.email } : {}),
  };
  return `${JSON.stringify({ ...parsed, context }, null, 2)}\n`;
}

/** bot/manifest.yaml with the door's address in every URL; the paths stay. */
export function manifestFor(text: string, url: string): string {
  const host = new URL(url).host;
  return text.replace(/(https:\/\/)[^/\s]+(\/slack\/(?:commands|events|interactions))/g, `$1${host}$2`);
}

/** .github/CODEOWNERS with a team of this repository's owner. */
export function codeownersFor(text: string, repository: string): string {
  const [owner = ''] = repository.split('/');
  return text.replace(/@[\w.-]+\/cordon-approvers/g, `@${owner}/cordon-approvers`);
}

/** Whether policy.yaml still has the persons it came with. */
export function hasSamplePeople(text: string): boolean {
  const persons = parseDocument(text).getIn(['persons']);
  return isMap(persons) && persons.has('alice') && persons.has('erin');
}
