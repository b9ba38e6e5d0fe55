import { eventDecisionBus } from '../core/adapters/aws/decision-bus';
import { type IncidentId, parseIncidentId } from '../core/incident/ids';
import { OUTSIDE_ENVIRONMENT } from '../core/incident/outside';
import { type GithubApi, githubApi } from './gitops-github';

export type Decision = 'approved' | 'rejected';

/** One review of a run, as GitHub lists it: https://docs.github.com/rest/actions/workflow-runs#get-the-review-history-for-a-workflow-run */
interface Review {
  readonly state?: unknown;
  readonly user?: { readonly login?: unknown };
  readonly environments?: readonly { readonly name?: unknown }[];
}

/**
 * Who decided about our environment in this run. An environment without required reviewers lets every job through: an
 * approval that no reviewer gave is none.
 */
export async function reviewersOf(api: GithubApi, runPath: string, decision: Decision): Promise<readonly string[]> {
  const answer = await api('GET', `${runPath}/approvals`);
  const reviews: readonly Review[] = Array.isArray(answer) ? answer : [];
  const ours = reviews.filter(({ state, environments = [] }) => {
    return state === decision && environments.some(({ name }) => name === OUTSIDE_ENVIRONMENT);
  });
  const logins = ours.flatMap(({ user }) => (typeof user?.login === 'string' ? [user.login] : []));
  if (decision === 'approved' && logins.length === 0)
    throw new Error(
      `GitHub names nobody who approved environment ${OUTSIDE_ENVIRONMENT}: give it required reviewers. Nothing was reported.`,
    );
  return [...new Set(logins)].sort();
}

/** Tells resume what reviewers decided: ids and digests as the dispatch brought them, and who. Returns one sentence. */
export async function tellStop(decision: Decision, env: NodeJS.ProcessEnv): Promise<string> {
  const { incident, opening, plan } = askedIn(env);
  const { GITHUB_TOKEN: token = '', GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, EVENT_BUS_NAME: bus } = env;
  if (!bus) throw new Error('EVENT_BUS_NAME is not set: it comes from the repository’s variable CORDON_EVENT_BUS.');
  const api = githubApi(token, env);
  const by = await reviewersOf(api, `/repos/${repository}/actions/runs/${run}`, decision);
  await eventDecisionBus(bus).stopAnswered(decision, { incident, opening, plan, by, runUrl: env.RUN_URL ?? '' });
  return `${incident} is told: ${decision} by ${by.join(', ') || 'a reviewer'}.`;
}

function askedIn(env: NodeJS.ProcessEnv): { incident: IncidentId; opening: number; plan: string } {
  const { INCIDENT = '', OPENING = '', PLAN: plan = '' } = env;
  const incident = parseIncidentId(INCIDENT);
  const isWhole = /^[1-9][0-9]{0,5}$/.test(OPENING) && /^[0-9a-f]{64}$/.test(plan);
  if (incident === undefined || !isWhole)
    throw new Error('INCIDENT, OPENING and PLAN do not name a question of Cordon: they come from the dispatch.');
  return { incident, opening: Number(OPENING), plan };
}
