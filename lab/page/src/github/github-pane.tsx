import type { GithubView, PageState, PullView, ReviewView, WorkflowRunView } from '../../../page-server/model';
import { act, useJson } from '../live/api';
import { useRoute } from '../live/route';
import { dayTimeOf, pretty } from '../parts/words';

interface GithubProps {
  readonly state: PageState;
  /** Slack user id of whom one plays: on GitHub one is the same. */
  readonly person: string;
  readonly onSaid: (said: string) => void;
}

/** The repository's side: what was dispatched, which workflows ran with what log, and what waits to be merged. */
export function GithubPane({ state, person, onSaid }: GithubProps) {
  const { github, stage } = state;
  const runs = Object.values(github.runs).reverse();
  const pulls = Object.values(github.pulls).reverse();
  return (
    <>
      <div className="row between">
        <h2>{github.repository}</h2>
        <label className="row">
          <input
            type="checkbox"
            checked={stage.githubDown}
            onChange={({ target }) => void act({ kind: 'github-down', down: target.checked })}
          />
          GitHub is down
        </label>
      </div>
      {stage.githubDown && (
        <p className="outage" role="status">
          GitHub is down: the summary waits, evidence and containment do not.
        </p>
      )}
      <section className="card" aria-label="Pull requests">
        <h3>Pull requests</h3>
        {pulls.length === 0 && (
          <p className="soft">None. A closed incident becomes one; so do /ir protect and /ir suppress.</p>
        )}
        {pulls.map((pull) => (
          <Pull key={pull.number} pull={pull} onSaid={onSaid} />
        ))}
      </section>
      <section className="card" aria-label="Workflow runs">
        <h3>Workflow runs {github.underWay > 0 && <span className="pill info">{github.underWay} under way</span>}</h3>
        {Object.values(github.reviews).map((review) => (
          <Review key={review.run} review={review} person={person} onSaid={onSaid} />
        ))}
        {runs.length === 0 && <p className="soft">None yet.</p>}
        {runs.map((run) => (
          <Run key={run.id} run={run} />
        ))}
      </section>
      <Dispatches dispatches={github.dispatches} />
    </>
  );
}

function Dispatches({ dispatches }: Pick<GithubView, 'dispatches'>) {
  return (
    <section className="card" aria-label="Dispatches">
      <h3>Dispatches</h3>
      {dispatches.length === 0 && <p className="soft">None yet: sealed evidence is announced with one, ids only.</p>}
      {dispatches.map(({ at, type, payload }) => (
        <details key={at + payload}>
          <summary>
            {type} <span className="soft small">{dayTimeOf(at)}</span>
          </summary>
          <pre className="log">{pretty(payload)}</pre>
        </details>
      ))}
    </section>
  );
}

function Pull({ pull, onSaid }: { readonly pull: PullView; readonly onSaid: (said: string) => void }) {
  const merge = async () => {
    const { said } = await act({ kind: 'merge', number: pull.number });
    if (said) onSaid(said);
  };
  return (
    <details>
      <summary>
        #{pull.number} {pull.title}{' '}
        <span className={`pill ${pull.merged ? 'info' : 'good'}`}>{pull.merged ? 'merged' : pull.state}</span>
      </summary>
      <p className="soft small">
        from <code>{pull.head}</code>: {pull.files.join(', ')}
      </p>
      <pre className="log">{pull.body}</pre>
      {pull.state === 'open' && (
        <button type="button" className="button primary" onClick={() => void merge()}>
          Merge pull request
        </button>
      )}
    </details>
  );
}

interface ReviewProps {
  readonly review: ReviewView;
  readonly person: string;
  readonly onSaid: (said: string) => void;
}

/** A job that waits until a reviewer of its environment lets it begin. */
function Review({ review: { run, workflow, environment, reviewers }, person, onSaid }: ReviewProps) {
  const decide = async (state: 'approved' | 'rejected') => {
    const { said } = await act({ kind: 'review', as: person, run, state });
    onSaid(said ?? `${fileOf(workflow)}: ${state}.`);
  };
  return (
    <section className="notice" aria-label={`Review of ${environment}`}>
      <p>
        <strong>{fileOf(workflow)}</strong> waits for a reviewer of environment <code>{environment}</code>:{' '}
        {reviewers.join(' or ')}.
      </p>
      <div className="row">
        <button type="button" className="button primary" onClick={() => void decide('approved')}>
          Approve and go on
        </button>
        <button type="button" className="button danger" onClick={() => void decide('rejected')}>
          Reject
        </button>
      </div>
    </section>
  );
}

function fileOf(workflow: string): string {
  return workflow.split('/').at(-1) ?? workflow;
}

interface LogStep {
  readonly run: string;
  readonly exit: number;
  readonly log: string;
}

function Run({ run }: { readonly run: WorkflowRunView }) {
  const { route, go } = useRoute();
  const open = route.view === 'github' && route.parts[0] === String(run.id);
  const steps = useJson<readonly LogStep[]>(open ? `/api/workflow-runs/${run.id}` : undefined, run.steps.length);
  return (
    <div className="steps">
      <button
        type="button"
        className="button small"
        aria-expanded={open}
        onClick={() => go({ view: 'github', parts: open ? [] : [String(run.id)] })}
      >
        {fileOf(run.workflow)}{' '}
        <span className={`pill ${run.conclusion === 'success' ? 'good' : 'bad'}`}>{run.conclusion}</span>
      </button>
      {steps?.map((step) => (
        <Step key={`${step.run} ${step.log.length}`} step={step} />
      ))}
    </div>
  );
}

function Step({ step }: { readonly step: LogStep }) {
  return (
    <div>
      <p className="row">
        <span className={`pill ${step.exit === 0 ? 'good' : 'bad'}`}>exit {step.exit}</span>
        <code title={step.run}>{shortStep(step.run)}</code>
      </p>
      {step.log !== '' && <pre className="log">{step.log}</pre>}
    </div>
  );
}

/** The first line of a script, or an action without the commit it is pinned to. */
function shortStep(run: string): string {
  return (run.split('\n')[0] ?? '').replace(/@[0-9a-f]{40}$/, '');
}
