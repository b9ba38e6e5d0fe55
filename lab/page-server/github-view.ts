import type { GithubDesk } from '../desk/github-desk';
import type { GithubView } from './model';

/** Dispatches, workflow runs (logs are asked for one by one) and pull requests. */
export function githubView({ repository, double, runs, underWay }: GithubDesk): GithubView {
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
