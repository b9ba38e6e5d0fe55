import { isMap, parseDocument } from 'yaml';

/** What a new team says about itself. */
export interface Answers {
  /** Persons who may decide; sets the quorums. */
  readonly team: number;
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

/** runbooks/policy.yaml with the quorums of this team and its channel; comments and everything else stay. */
export function policyFor(text: string, answers: Pick<Answers, 'team' | 'channel'>): string {
  const document = parseDocument(text);
  const { stop, hard } = quorumsFor(answers.team);
  document.setIn(['channel'], answers.channel);
  document.setIn(['gates', 'stop', 'quorum'], stop);
  document.setIn(['gates', 'stop', 'excludeRequester'], true);
  document.setIn(['gates', 'stop', 'typedConfirmation'], true);
  for (const gate of ['nacl', 'revoke']) document.setIn(['gates', gate, 'quorum'], hard);
  return document.toString({ lineWidth: 0 });
}

/** cdk.json with this team's context; what stands there beside it stays. */
export function cdkJsonFor(text: string, answers: Answers): string {
  const parsed: { context?: Record<string, unknown> } = JSON.parse(text);
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
