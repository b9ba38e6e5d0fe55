import { CONSUMERS, isBehind } from '../../core/incident/audience';
import type { Commit } from '../../core/incident/events';
import { replay } from '../../core/incident/evolve';
import type { IncidentId } from '../../core/incident/ids';
import type { Incident } from '../../core/incident/incident';
import { outcomeOf } from '../../core/incident/outcome';
import { createDesk, type Desk, type DeskOptions } from '../desk/desk';
import { type EstateView, estateSnapshot } from '../estate/estate-snapshot';
import type { ScenarioOptions } from '../estate/from-finding';
import type { DrillArguments } from './arguments';
import { Commander } from './commander';
import { Decider } from './decider';
import { readCursors, readLedgers } from './records';

export interface DrillRequest {
  /** An EventBridge event. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly decisions: DrillArguments['decisions'];
  readonly at: DrillArguments['at'];
  readonly desk: Omit<DeskOptions, 'time' | 'account' | 'region' | 'start'>;
  readonly scenario?: ScenarioOptions;
  /** Milliseconds of the lab's time after which the desk is judged wherever it stands; a fortnight unless told. */
  readonly patienceMs?: number;
  /** Called with the desk before the event is put: for what a test wants to break or watch. */
  readonly before?: (desk: Desk) => void | Promise<void>;
  /** Called when everything has come to rest, before the desk is judged: for what happens later. */
  readonly after?: (desk: Desk) => void | Promise<void>;
}

export type DrillOutcome =
  | 'stopped'
  | 'contained'
  | 'released'
  | 'aborted'
  | 'closed'
  | 'posted'
  | 'ignored'
  | 'refused'
  | 'unfinished';

export interface DrillResult {
  readonly desk: Desk;
  readonly outcome: DrillOutcome;
  readonly reason: string;
  readonly incident: Incident | undefined;
  readonly ledgers: ReadonlyMap<IncidentId, readonly Commit[]>;
  /** Rows of the incident this drill is about. */
  readonly rows: readonly Commit[];
  readonly estate: { readonly before: EstateView | null; readonly after: EstateView | null };
  /** Things to tell: decisions nobody was asked for, states that were never entered. */
  readonly notices: readonly string[];
}

const MINUTE = 60_000;
/** Nothing a playbook may ask for takes longer: gates expire within a week. */
const LONGEST_MS = 15 * 24 * 60 * MINUTE;

/** Whatever waits for people reminds them at least every hour; twelve without any act are the end. */
const FORSAKEN_MS = 12 * 60 * MINUTE;

/**
 * Runs one event through everything in virtual time and looks at how it ended. The caller closes the desk; when this
 * throws, it is closed already, so that no server keeps the process up.
 */
export async function runDrill(request: DrillRequest): Promise<DrillResult> {
  const { event } = request;
  let onSlack = (): void => undefined;
  const desk = await createDesk({
    ...request.desk,
    time: 'virtual',
    start: Date.parse(String(event.time)),
    account: String(event.account),
    region: String(event.region),
    onSlack: () => onSlack(),
  });
  try {
    return await playOn(desk, request, (see) => {
      onSlack = see;
    });
  } catch (error) {
    await desk.close();
    throw error;
  }
}

async function playOn(desk: Desk, request: DrillRequest, onSlack: (see: () => void) => void): Promise<DrillResult> {
  const { event } = request;
  const { lab, slack } = desk;
  const decider = new Decider(request.decisions, desk.rulebook.policy, slack.workspace, slack.people, lab.clock);
  onSlack(() => {
    for (const message of slack.workspace.messages) decider.see(message);
  });
  const commander = new Commander(request.at, desk);
  const made = desk.prepare(event, request.scenario);
  const look = () => (made?.instance ? estateSnapshot(made.estate, made.instance.id) : null);
  const before = look();
  await request.before?.(desk);
  lab.putEvent(event);
  await untilRest(desk, Date.parse(String(event.time)) + (request.patienceMs ?? LONGEST_MS));
  await request.after?.(desk);
  const ledgers = await readLedgers(lab);
  const verdict = judge(desk, ledgers, String(event.id));
  const notices = [
    ...unreachableStates(desk),
    ...decider.unused().map(({ gate }) => `Gate ${gate} was decided beforehand and never opened.`),
    ...commander.unused().map(({ state, text }) => `State "${state}" was never entered, so "${text}" was not said.`),
  ];
  return { desk, ...verdict, ...unmodelled(desk), ledgers, estate: { before, after: look() }, notices };
}

/** A machine edited by hand runs here; AWS would not have taken it. */
function unreachableStates({ lab }: Desk): readonly string[] {
  return lab.services.machines.all().flatMap(({ name, unreachable: [state, ...more] }) => {
    if (state === undefined) return [];
    const others = more.length === 0 ? '' : ` (nor ${more.length} more)`;
    return [`Nothing leads to the state "${state}"${others} of ${name}: Step Functions would refuse this definition.`];
  });
}

/** A run that met something the lab does not model proves nothing, however it ended. */
function unmodelled({ lab }: Desk): Pick<DrillResult, 'outcome' | 'reason'> | undefined {
  const [first] = lab.services.recorder.unsupported();
  if (first === undefined) return undefined;
  const { function: caller, service, operation, why } = first;
  // The record keeps where in the lab; who reads the outcome wants what.
  const [what] = why.split('\n');
  return { outcome: 'unfinished', reason: `${caller} called ${service} ${operation}: ${what}` };
}

/**
 * Lets time pass until executions have ended, nothing is on its way and every projection has read every row; or until
 * only the clock's own tick has been at work for so long that nobody will come any more (a pause that nobody lifts).
 */
export async function untilRest(desk: Desk, until: number): Promise<void> {
  const { lab, github } = desk;
  const { recorder } = lab.services;
  let lastAct = lab.clock.now();
  recorder.onRow((row) => {
    if (row.function !== 'reconcile') lastAct = lab.clock.now();
  });
  const over = () =>
    lab.clock.now() > until || lab.clock.now() - lastAct > FORSAKEN_MS || recorder.unsupported().length > 0;
  const ended = () => lab.services.executions.all().every((run) => run.result !== undefined);
  const rest = () => lab.atRest() && ended() && github.underWay === 0;
  for (;;) {
    await lab.run(() => rest() || over());
    if (over() || (await drained(desk))) return;
    await lab.runFor(MINUTE);
  }
}

async function drained(desk: Desk): Promise<boolean> {
  const [ledgers, cursors] = [await readLedgers(desk.lab), await readCursors(desk.lab)];
  return [...ledgers].every(([id, rows]) =>
    CONSUMERS.every((consumer) => !isBehind(consumer, cursors.get(`${id}/${consumer}`) ?? 0, rows)),
  );
}

function judge(
  desk: Desk,
  ledgers: DrillResult['ledgers'],
  eventId: string,
): Pick<DrillResult, 'outcome' | 'reason' | 'incident' | 'rows'> {
  // What people opened beside it has no finding.
  const rank = ([id, rows]: readonly [IncidentId, readonly Commit[]]) =>
    (id.startsWith('IR-') ? 1 : 0) + ((replay(rows)?.findings.length ?? 0) > 0 ? 2 : 0);
  const [found] = [...ledgers].sort((a, b) => rank(b) - rank(a));
  if (found) {
    const [, rows] = found;
    const incident = replay(rows);
    if (incident) return { ...outcomeOf(incident), incident, rows };
  }
  const none = { incident: undefined, rows: [] };
  const refusal = refusedBecause(desk, eventId);
  if (refusal !== undefined) return { outcome: 'refused', reason: refusal, ...none };
  const said = desk.lab.services.logs.lines('intake').map(({ line }) => line);
  const crashed = said.some((line) => /"level":"error"/.test(line));
  return crashed
    ? { outcome: 'unfinished', reason: 'intake failed: see its log', ...none }
    : { outcome: 'ignored', reason: 'the playbook says to ignore it', ...none };
}

/** What intake set aside: a message in the queue of refused events names the reason. */
function refusedBecause(desk: Desk, eventId: string): string | undefined {
  const queue = desk.lab.services.queues.all().find(({ settings }) => /Refused/.test(settings.arn));
  for (const { body } of queue?.messages() ?? []) {
    const { reason, event }: { reason?: unknown; event?: { id?: unknown } } = JSON.parse(body);
    if (event?.id === undefined || event.id === eventId) return String(reason);
  }
  return undefined;
}
