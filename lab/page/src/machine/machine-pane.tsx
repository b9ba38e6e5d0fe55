import type { GraphNode, IncidentView, PageState, RunView, StateView } from '../../../page-server/model';
import { useRoute } from '../live/route';
import { timeOf } from '../parts/words';
import { Graph, meta } from './graph';
import { StateCard } from './state-card';

interface MachineProps {
  readonly state: PageState;
  readonly incident: IncidentView | undefined;
  readonly now: string;
}

/** The state machine of the chosen incident, drawn from the definition that runs. */
export function MachinePane({ state, incident, now }: MachineProps) {
  const { route, go } = useRoute();
  const runs = Object.values(state.runs).filter((run) => run.incident === incident?.id);
  const run = runs.at(-1);
  const machine = run === undefined ? largest(state) : state.machines[run.machine];
  const box = route.parts[1];
  const choose = (name: string) =>
    incident && go({ view: 'workflow', parts: box === name ? [incident.id] : [incident.id, name] });
  return (
    <>
      <div className="row between">
        <h2>{incident ? incident.title : 'The workflow'}</h2>
        {run && (
          <span className={`pill ${run.status === 'RUNNING' ? 'info' : run.status === 'SUCCEEDED' ? 'good' : 'warn'}`}>
            run {run.name.split('-').at(-1)}: {run.status.toLowerCase()} since {timeOf(run.startedAt)}
          </span>
        )}
      </div>
      {incident?.paused && <p className="notice">Paused: the running step finishes, the next gate holds.</p>}
      {run && <Now run={run} nodes={machine?.graph ?? []} now={now} incident={incident} onChoose={choose} />}
      {box !== undefined && run !== undefined && <StateCard run={run} box={box} calls={callCount(run, box)} />}
      <Graph
        nodes={machine?.graph ?? []}
        run={run}
        now={now}
        chosen={box}
        waitsFor={waitsFor(incident)}
        onChoose={choose}
        over={run?.endedAt !== undefined}
      />
      <p className="soft small">
        Read from the synthesized template’s own definition. Plumbing (retries, choices, holding states) is folded into
        the box it serves.
      </p>
    </>
  );
}

function largest(state: PageState) {
  return Object.values(state.machines).sort((a, b) => b.graph.length - a.graph.length)[0];
}

/** Changes when the box has moved, so that its details are read again. */
function callCount(run: RunView, box: string): string {
  return JSON.stringify(run.states[box] ?? {});
}

function waitsFor(incident: IncidentView | undefined): ReadonlyMap<string, string> {
  const gates = (incident?.gates ?? []).map(({ name, waitsFor: whom, quorum, votes, outside }): [string, string] => {
    return [boxOfGate(name), outside ?? `${quorum - votes.length} of ${whom.join(', ')}`];
  });
  const waits = (incident?.waits ?? []).map(({ what, kind }): [string, string] => [what, words(kind)]);
  return new Map([...waits, ...gates]);
}

function words(kind: string): string {
  const known: Readonly<Record<string, string>> = {
    command: 'a command on the host',
    snapshots: 'EBS snapshots',
    copies: 'snapshot copies',
    object: 'an object in S3',
    instance: 'an instance state',
    attachment: 'a volume',
    report: 'GitHub',
  };
  return known[kind] ?? kind;
}

interface NowProps {
  readonly run: RunView;
  readonly nodes: readonly GraphNode[];
  readonly incident: IncidentView | undefined;
  /** Lab time, ISO. */
  readonly now: string;
  readonly onChoose: (box: string) => void;
}

/** What is going on this moment, before the drawing: each box at work or waiting, since when, for whom, until when. */
function Now({ run, nodes, incident, now, onChoose }: NowProps) {
  const whom = waitsFor(incident);
  const live = boxesIn(nodes).flatMap((name): readonly (readonly [string, StateView])[] => {
    const state = run.states[name];
    return state && LIVE.has(state.status) ? [[name, state]] : [];
  });
  if (live.length === 0) return null;
  return (
    <ul className="now" aria-label="Now">
      {live.map(([name, state]) => (
        <li key={name}>
          <button type="button" className="box" data-status={state.status} onClick={() => onChoose(name)}>
            <strong>{name}</strong>
            <span>
              {meta(state, now)}
              {state.status !== 'running' && whom.has(name) ? `, for ${whom.get(name)}` : ''}
              {until(incident, name)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const LIVE: ReadonlySet<string> = new Set<StateView['status']>(['running', 'waiting', 'asking']);

/** Every box that is not a frame around others, in the order of the drawing. */
function boxesIn(nodes: readonly GraphNode[]): readonly string[] {
  return nodes.flatMap(({ kind, name, branches }) => (kind === 'parallel' ? branches.flatMap(boxesIn) : [name]));
}

function until(incident: IncidentView | undefined, box: string): string {
  const gate = incident?.gates.find(({ name }) => boxOfGate(name) === box);
  const deadline = gate?.expiresAt ?? incident?.waits.find(({ what }) => what === box)?.deadline ?? '';
  return deadline === '' ? '' : `, until ${timeOf(deadline)} UTC`;
}

function boxOfGate(gate: string): string {
  return gate.startsWith('failed:') ? gate.slice('failed:'.length) : `Gate ${gate}`;
}
