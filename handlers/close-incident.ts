import { Transient } from '../core/errors';
import { manifestBody } from '../core/evidence/build-manifest';
import { goneWithout } from '../core/evidence/gone-without';
import { commitTo } from '../core/incident/commit';
import type { Commit } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import { commandId } from '../core/incident/ids';
import { type Incident, isolationNow } from '../core/incident/incident';
import { type SealPorts, seal } from './seal';
import { actorOf, begin, openStep, type StepContext, type StepPorts, slugOf } from './step';
import type { StepInput } from './task-input';

export interface CloseIncidentPorts extends StepPorts, SealPorts {}

/** Writers may come between the seal and its row; after five rounds something writes without end. */
const ROUNDS = 5;
const FINAL_FILES: ReadonlySet<string> = new Set(['final/manifest.json', 'final/ledger.jsonl']);

/**
 * Ends the run (an incident that was stopped, released or asked to close is closed by it) and seals the books: the final
 * manifest covers every row so far, and FinalSealed, with its head, is the row after them.
 */
export function makeCloseIncident(ports: CloseIncidentPorts) {
  return async (input: StepInput): Promise<{ readonly sealed: boolean }> => {
    const context = await openStep(ports, input);
    const run = context.incident.runs.find((each) => each.run === input.run);
    if (run?.state !== 'ended') {
      await begin(ports, context);
      await endRun(ports, context);
    }
    for (let round = 0; round < ROUNDS; round++) {
      if (await sealBooks(ports, context)) return { sealed: true };
    }
    throw new Transient('The ledger kept moving while its books were sealed.');
  };
}

async function endRun(ports: CloseIncidentPorts, context: StepContext): Promise<void> {
  const { incident, run, step } = context.input;
  const said = sentence(context.incident);
  const command = { type: 'EndRun' as const, run, result: 'completed' as const, step, said };
  const id = commandId(`${run}/${slugOf(step)}/ended`);
  await commitTo(ports.ledger, ports.clock, incident, command, actorOf(step), id);
}

function sentence(incident: Incident): string {
  if (incident.stopped !== undefined) return `${incident.instance} is stopped; the books are sealed.`;
  if (incident.released !== undefined) return `${incident.instance} was released; the books are sealed.`;
  if (incident.evidenceLost !== undefined) return `${incident.evidenceLost.why}; the books are sealed.`;
  return {
    none: incident.ruledOut === undefined ? 'The books are sealed.' : 'nothing was touched; the books are sealed.',
    isolated: `${incident.instance} stays isolated; the books are sealed.`,
    unproven: `the isolation of ${incident.instance} is not proven; the books are sealed.`,
    'broken-off': `the release of ${incident.instance} broke off: it may be reachable again; the books are sealed.`,
  }[isolationNow(incident)];
}

/** True when FinalSealed stands right behind the rows it covers; false when another row came between. */
async function sealBooks(ports: CloseIncidentPorts, context: StepContext): Promise<boolean> {
  const { incident: id, run, step } = context.input;
  const rows = await ports.ledger.read(id);
  if (isSealed(rows)) return true;
  const now = replay(rows) ?? context.incident;
  const entries = now.artefacts.filter((each) => !FINAL_FILES.has(each.path));
  const missing = [...now.missing, ...goneWithout(now)];
  const body = manifestBody('final', id, rows, entries, missing);
  const { manifest } = await seal(ports, 'final', body, rows, slugOf(step));
  const { head, signature, keyId, fingerprint } = manifest;
  const event = { type: 'FinalSealed' as const, head, signature, keyId, fingerprint, rows: rows.length };
  const result = await commitTo(
    ports.ledger,
    ports.clock,
    id,
    { type: 'Record', events: [event] },
    actorOf(step),
    commandId(`${run}/${slugOf(step)}/sealed-${rows.length}`),
    { onlyAfter: rows.length },
  );
  return result.status !== 'moved';
}

function isSealed(rows: readonly Commit[]): boolean {
  return rows.at(-1)?.events.some((event) => event.type === 'FinalSealed') === true;
}
