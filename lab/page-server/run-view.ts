import type { HistoryEvent } from '../aws/asl/history-event';
import type { Run } from '../aws/states/executions';
import { boxOf } from './machine-graph';
import type { RunView, StateStatus, StateView } from './model';

/** One entering of one state, with the events that belong to it. */
export interface Visit {
  readonly state: string;
  readonly enteredAt: number;
  readonly exitedAt: number | undefined;
  readonly input: string;
  readonly output: string | undefined;
  readonly events: readonly HistoryEvent[];
}

interface OpenVisit {
  state: string;
  enteredAt: number;
  exitedAt: number | undefined;
  input: string;
  output: string | undefined;
  events: HistoryEvent[];
}

/** The visits of a history. An event belongs to the visit that its chain of previousEventIds leads to. */
export function visitsOf(events: readonly HistoryEvent[]): readonly Visit[] {
  const owner = new Map<number, OpenVisit>();
  const visits: OpenVisit[] = [];
  for (const event of events) {
    const entered = event.stateEnteredEventDetails;
    const at = event.timestamp * 1000;
    if (entered !== undefined) {
      const visit = {
        state: entered.name,
        enteredAt: at,
        exitedAt: undefined,
        input: entered.input,
        output: undefined,
      };
      const open: OpenVisit = { ...visit, events: [event] };
      visits.push(open);
      owner.set(event.id, open);
      continue;
    }
    const exited = event.stateExitedEventDetails;
    const visit =
      exited === undefined
        ? owner.get(event.previousEventId)
        : visits.findLast((one) => one.state === exited.name && one.exitedAt === undefined);
    if (visit === undefined) continue;
    visit.events.push(event);
    owner.set(event.id, visit);
    if (exited !== undefined) {
      visit.exitedAt = at;
      visit.output = exited.output;
    }
  }
  return visits;
}

const cache = new WeakMap<Run, { readonly events: number; readonly ended: boolean; readonly view: RunView }>();

/** A run as the page draws it; made again only when its history grew. */
export function runView(run: Run): RunView {
  const known = cache.get(run);
  const ended = run.result !== undefined;
  if (known?.events === run.events.length && known.ended === ended) return known.view;
  const boxes = new Map<string, Visit[]>();
  for (const visit of visitsOf(run.events)) {
    const box = boxOf(visit.state);
    boxes.set(box, [...(boxes.get(box) ?? []), visit]);
  }
  const view: RunView = {
    name: run.name,
    machine: run.reference.machine.name,
    incident: /^(?:IR|FN)-[A-Z2-7]{8}/.exec(run.name)?.[0] ?? '',
    status: run.result?.status ?? 'RUNNING',
    startedAt: new Date(run.startedAt).toISOString(),
    ...(run.result === undefined ? {} : { endedAt: new Date(run.result.stopDate).toISOString() }),
    states: Object.fromEntries([...boxes].map(([box, visits]) => [box, stateView(box, visits, ended)])),
  };
  cache.set(run, { events: run.events.length, ended, view });
  return view;
}

function stateView(box: string, visits: readonly Visit[], runEnded: boolean): StateView {
  const own = visits.filter((visit) => visit.state === box);
  const exits = visits.flatMap(({ exitedAt }) => exitedAt ?? []);
  const error = own.flatMap((visit) => visit.events.flatMap((event) => errorOf(event) ?? [])).at(-1);
  const status = statusOf(visits, runEnded);
  const isOver = status === 'done' || status === 'skipped' || status === 'aborted';
  return {
    status,
    enteredAt: new Date(Math.min(...visits.map(({ enteredAt }) => enteredAt))).toISOString(),
    visits: own.length,
    retries: own.reduce((sum, visit) => sum + Math.max(0, scheduled(visit) - 1), 0),
    ...(isOver && exits.length > 0 ? { exitedAt: new Date(Math.max(...exits)).toISOString() } : {}),
    ...(error !== undefined && status !== 'done' ? { error } : {}),
  };
}

function statusOf(visits: readonly Visit[], runEnded: boolean): StateStatus {
  const open = visits.filter((visit) => visit.exitedAt === undefined && !isAborted(visit));
  const live = open.find((visit) => visit.state.endsWith(': hold') || visit.state.endsWith(': failed'));
  if (live !== undefined && !runEnded) return live.state.endsWith(': hold') ? 'waiting' : 'asking';
  const own = open.find((visit) => !visit.events.some((event) => errorOf(event) !== undefined && isLast(visit, event)));
  if (own !== undefined && !runEnded) return isParked(own) ? 'waiting' : 'running';
  if (visits.some(isAborted)) return 'aborted';
  if (runEnded && open.length > 0) return 'aborted';
  const failed = visits.findLastIndex((visit) => visit.state.endsWith(': failed'));
  const tried = visits.findLastIndex((visit) => !visit.state.includes(': '));
  return failed > tried ? 'skipped' : 'done';
}

function isLast(visit: Visit, event: HistoryEvent): boolean {
  return visit.events.at(-1) === event;
}

function isAborted(visit: Visit): boolean {
  return visit.events.some((event) => event.type.endsWith('StateAborted'));
}

/** Its token is out and nobody has answered. */
function isParked(visit: Visit): boolean {
  return visit.events.at(-1)?.type === 'TaskSubmitted';
}

function scheduled(visit: Visit): number {
  return visit.events.filter(({ type }) => type === 'TaskScheduled' || type === 'LambdaFunctionScheduled').length;
}

/** `Name: cause`, of an event that says that a task failed. */
export function errorOf(event: HistoryEvent): string | undefined {
  const failed =
    event.taskFailedEventDetails ?? event.taskTimedOutEventDetails ?? event.lambdaFunctionFailedEventDetails;
  return failed === undefined ? undefined : [failed.error ?? 'Error', failed.cause ?? ''].filter(Boolean).join(': ');
}
