import type { IncidentView, PageState, RunView } from '../../../page-server/model';
import { useRoute } from '../live/route';
import { gateQuestion, timeOf } from '../parts/words';
import { Graph } from './graph';
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
      {incident && <Waiting incident={incident} />}
      {box !== undefined && run !== undefined && <StateCard run={run} box={box} calls={callCount(run, box)} />}
      <Graph
        nodes={machine?.graph ?? []}
        run={run}
        now={now}
        chosen={box}
        waitsFor={waitsFor(incident)}
        onChoose={(name) =>
          incident && go({ view: 'workflow', parts: box === name ? [incident.id] : [incident.id, name] })
        }
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
  const gates = (incident?.gates ?? []).map(({ name, waitsFor: whom, quorum, votes }): [string, string] => {
    const box = name.startsWith('failed:') ? name.slice('failed:'.length) : `Gate ${name}`;
    return [box, `${quorum - votes.length} of ${whom.join(', ')}`];
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

function Waiting({ incident }: { readonly incident: IncidentView }) {
  if (incident.paused) return <p className="notice">Paused: the running step finishes, the next gate holds.</p>;
  if (incident.gates.length === 0) return null;
  return (
    <ul className="row">
      {incident.gates.map((gate) => (
        <li key={gate.name} className="pill warn">
          {gateQuestion(gate.name)} {gate.votes.length} of {gate.quorum}, until {timeOf(gate.expiresAt)} UTC
        </li>
      ))}
    </ul>
  );
}
