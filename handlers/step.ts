import { Aborted, Refusal } from '../core/errors';
import { type CommitResult, commitTo } from '../core/incident/commit';
import type { Actor, IncidentEvent, Missing } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import { commandId, type InstanceKey } from '../core/incident/ids';
import { type Incident, mustEnd } from '../core/incident/incident';
import type { StepName } from '../core/incident/steps';
import type { Clock } from '../core/ports/clock';
import type { IncidentLedger } from '../core/ports/incident-ledger';
import type { StepInput } from './task-input';

export interface StepPorts {
  readonly ledger: IncidentLedger;
  readonly clock: Clock;
}

/** Where a step stands: the incident as the ledger tells it, and which try of the step this is. */
export interface StepContext {
  readonly incident: Incident;
  readonly key: InstanceKey;
  readonly input: StepInput;
  /** From 1; a retry by a person is a new attempt, a retry by the platform is the same one. */
  readonly attempt: number;
}

/** What a step did. `missing` names what it could not get and why; that is an outcome, not a failure. */
export interface StepReport {
  readonly said: string;
  readonly events?: readonly IncidentEvent[];
  readonly missing?: readonly Missing[];
  /** Parked steps this one has judged: they are completed, with what became of them. */
  readonly settles?: readonly { readonly step: StepName; readonly said: string }[];
}

/** Steps that still run when the run was told to end: they clear up and keep the books. */
const ALWAYS: ReadonlySet<StepName> = new Set(['Clean up', 'Close', 'Release the instance', 'Seal the release']);

export function slugOf(step: StepName): string {
  return step.toLowerCase().replaceAll(' ', '-');
}

export function actorOf(step: StepName): Actor {
  return { kind: 'system', part: slugOf(step) };
}

/** Names the step's intent outside: `IR-XXXXXXXX/<run>/<step>/<attempt>`, at most 62 characters. */
export function intentOf(context: StepContext, step: StepName = context.input.step): string {
  return `${context.incident.id}/${context.input.run}/${slugOf(step)}/${context.attempt}`;
}

/** Reads the incident and finds out which attempt this is. Throws Refusal for an unknown one, Aborted when the run was told to end. */
export async function openStep(ports: StepPorts, input: StepInput): Promise<StepContext> {
  const incident = replay(await ports.ledger.read(input.incident));
  if (incident?.instance === undefined) {
    throw new Refusal(
      'step.unknown-incident',
      `${input.incident} has no ledger with an instance: nothing was changed.`,
    );
  }
  if (!ALWAYS.has(input.step) && mustEnd(incident, input.run)) {
    throw new Aborted(`Run ${input.run} of ${incident.id} was told to end before "${input.step}".`);
  }
  const key = { account: incident.account, region: incident.region, instance: incident.instance };
  return { incident, key, input, attempt: attemptOf(incident, input) };
}

/** A step that runs, or ran in this run, keeps its attempt; after a failure, or in a later run, it is the next. */
function attemptOf(incident: Incident, input: StepInput): number {
  const step = incident.steps[input.step];
  if (step === undefined) return 1;
  const requested = incident.runs.find((run) => run.run === input.run)?.requestedAt ?? '';
  const ofThisRun = step.startedAt !== undefined && step.startedAt >= requested;
  return ofThisRun && step.state !== 'failed' ? Math.max(1, step.attempt) : step.attempt + 1;
}

/** Whether this very attempt is on record as done: then the platform repeated a call whose answer was lost. */
export function isDone(context: StepContext): boolean {
  const step = context.incident.steps[context.input.step];
  return step?.state === 'done' && step.attempt === context.attempt;
}

/** Commits events of a step once: `what` tells commits of one attempt apart. */
export function record(
  ports: StepPorts,
  context: StepContext,
  what: string,
  events: readonly IncidentEvent[],
): Promise<CommitResult> {
  const { incident, run, step } = context.input;
  const id = commandId(`${run}/${slugOf(step)}/${context.attempt}/${what}`);
  return commitTo(ports.ledger, ports.clock, incident, { type: 'Record', events }, actorOf(step), id);
}

/** Writes the intent: the step has started. */
export async function begin(ports: StepPorts, context: StepContext): Promise<void> {
  const { step } = context.input;
  await record(ports, context, 'started', [{ type: 'StepStarted', step, attempt: context.attempt }]);
}

/** Writes what the step did and that it is done, in one row. */
export async function finish(ports: StepPorts, context: StepContext, report: StepReport): Promise<CommitResult> {
  const missing = report.missing === undefined || report.missing.length === 0 ? {} : { missing: report.missing };
  const settled = (report.settles ?? []).filter(({ step }) => context.incident.steps[step]?.state === 'running');
  return record(ports, context, 'done', [
    ...(report.events ?? []),
    ...settled.map(({ step, said }) => ({ type: 'StepCompleted' as const, step, said })),
    { type: 'StepCompleted', step: context.input.step, said: report.said, ...missing },
  ]);
}

/**
 * One step that does its work within the call: intent, work (which looks before it acts), record. A repeat of a finished
 * attempt does nothing.
 */
export async function runStep(
  ports: StepPorts,
  input: StepInput,
  work: (context: StepContext) => Promise<StepReport>,
): Promise<{ readonly said: string }> {
  const context = await openStep(ports, input);
  if (isDone(context)) return { said: context.incident.steps[input.step]?.said ?? 'done before' };
  await begin(ports, context);
  const report = await work(context);
  await finish(ports, context, report);
  return { said: report.said };
}
