import type { GraphNode, RunView, StateStatus, StateView } from '../../../page-server/model';
import { duration } from '../parts/words';

interface GraphProps {
  readonly nodes: readonly GraphNode[];
  readonly run: RunView | undefined;
  /** Lab time, ISO. */
  readonly now: string;
  readonly chosen: string | undefined;
  /** For whom a box waits, by box. */
  readonly waitsFor: ReadonlyMap<string, string>;
  readonly onChoose: (box: string) => void;
  /** Nothing that was not reached so far will be. */
  readonly over: boolean;
}

const WORDS: Readonly<Record<StateStatus, string>> = {
  running: 'at work',
  waiting: 'waiting',
  asking: 'failed: asks',
  done: 'done',
  failed: 'failed',
  skipped: 'gone on without',
  aborted: 'ended',
};

/** The machine as nested lists: a sequence flows, the branches of a Parallel stand under each other. */
export function Graph(props: GraphProps) {
  return (
    <ol className="sequence">
      {props.nodes.map((node) => (
        <li key={node.name}>
          {node.kind === 'parallel' ? <Parallel {...props} node={node} /> : <Box {...props} node={node} />}
        </li>
      ))}
    </ol>
  );
}

function Parallel({ node, ...props }: GraphProps & { readonly node: GraphNode }) {
  const state = props.run?.states[node.name];
  const over = props.over || (state !== undefined && isOver(state.status));
  // A Parallel whose own state is called `Work: forensics beside the offers` is drawn under that whole name.
  const title = node.folds[0] ?? node.name;
  return (
    <section className="parallel" aria-label={title}>
      <header>
        {title}
        {state && <span className={`pill ${toneOf(state.status)}`}>{meta(state, props.now)}</span>}
      </header>
      <ul className="branches">
        {node.branches.map((branch) => (
          <li key={branch[0]?.name}>
            <Graph {...props} nodes={branch} over={over} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Box({ node, run, now, chosen, waitsFor, onChoose, over }: GraphProps & { readonly node: GraphNode }) {
  const state = run?.states[node.name];
  const whom = state?.status === 'waiting' || state?.status === 'asking' ? waitsFor.get(node.name) : undefined;
  return (
    <button
      type="button"
      className="box"
      data-status={state?.status}
      data-kind={node.kind}
      aria-pressed={chosen === node.name}
      onClick={() => onChoose(node.name)}
    >
      <span>{node.name}</span>
      <span className="meta">
        {state ? meta(state, now) : over ? 'not taken' : 'not yet'}
        {whom ? `, for ${whom}` : ''}
      </span>
    </button>
  );
}

/** `waiting 12 s, 1 retry` */
export function meta(state: StateView, now: string): string {
  const end = state.exitedAt !== undefined && isOver(state.status) ? state.exitedAt : now;
  const took = duration(Date.parse(end) - Date.parse(state.enteredAt));
  const retries = state.retries > 0 ? `, ${state.retries} ${state.retries === 1 ? 'retry' : 'retries'}` : '';
  return `${WORDS[state.status]} ${isOver(state.status) ? 'in ' : ''}${took}${retries}`;
}

function isOver(status: StateStatus): boolean {
  return status !== 'running' && status !== 'waiting' && status !== 'asking';
}

function toneOf(status: StateStatus): string {
  const tones: Readonly<Record<StateStatus, string>> = {
    running: 'info',
    waiting: 'warn',
    asking: 'bad',
    done: 'good',
    failed: 'bad',
    skipped: 'warn',
    aborted: 'warn',
  };
  return tones[status];
}
