import { OUTSIDE_ENVIRONMENT } from '../../core/incident/outside';
import type { Policy } from '../../core/policy/schema';
import type { GithubDesk } from '../desk/github-desk';
import type { GithubView } from './model';

/** Environments that have required reviewers on the page: what deploys, and what may have a stop approved outside Slack. */
export const REVIEWED_ENVIRONMENTS: readonly string[] = ['production', OUTSIDE_ENVIRONMENT];

/** Who reviews them: GitHub knows no roles of ours, so the lab's repository names the persons who approve. */
export function reviewersOf({ roles }: Policy): readonly string[] {
  return roles.approver?.persons ?? [];
}

/** Dispatches, workflow runs (logs are asked for one by one) and pull requests. */
export function githubView({ repository, double, runs, underWay, reviews }: GithubDesk, policy: Policy): GithubView {
  return {
    repository: repository.fullName,
    underWay,
    dispatches: double.dispatches.map(({ at, event_type, client_payload }) => ({
      at,
      type: event_type,
      payload: JSON.stringify(client_payload),
    })),
    runs: Object.fromEntries(
      runs.map(({ runId, workflow, conclusion, steps }) => [
        String(runId),
        { id: runId, workflow, conclusion, steps: steps.map(({ run, exit }) => ({ run, exit })) },
      ]),
    ),
    reviews: Object.fromEntries(
      reviews
        .pending()
        .map(({ workflow, runId, environment }) => [
          String(runId),
          { run: runId, workflow, environment, reviewers: reviewersOf(policy).map((key) => nameOf(policy, key)) },
        ]),
    ),
    pulls: Object.fromEntries(
      repository.pulls.map((pull) => [
        String(pull.number),
        {
          number: pull.number,
          title: pull.title,
          body: pull.body,
          head: pull.head,
          state: pull.state,
          merged: pull.mergedAt !== undefined,
          files: [...repository.changes(pull.head).keys()],
        },
      ]),
    ),
  };
}

function nameOf({ persons }: Policy, key: string): string {
  return persons[key]?.name ?? key;
}
