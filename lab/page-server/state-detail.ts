import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryEvent } from '../aws/asl/history-event';
import { dictOf, textOf } from '../aws/platform';
import type { CallRow } from '../aws/recorder';
import type { Run } from '../aws/states/executions';
import { ROOT } from '../desk/desk';
import { uuidHash } from '../time/seeded';
import { boxOf } from './machine-graph';
import type { CallView, StateDetail, StateVisit } from './model';
import { errorOf, type Visit, visitsOf } from './run-view';

/** What one box did in one run: each visit with input, output, errors and the calls its invocations made. */
export function stateDetail(run: Run, box: string, rows: readonly CallRow[], seed: string): StateDetail {
  const visits = visitsOf(run.events).filter((visit) => boxOf(visit.state) === box);
  return { runbook: runbookSection(box), visits: visits.map((visit) => visitView(visit, rows, seed)) };
}

function visitView(visit: Visit, rows: readonly CallRow[], seed: string): StateVisit {
  const requests = new Set(visit.events.flatMap((event) => requestOf(event) ?? []));
  const from = new Date(visit.enteredAt).toISOString();
  const until = visit.exitedAt === undefined ? '9999' : new Date(visit.exitedAt).toISOString();
  const calls = rows.filter((row) => row.at >= from && row.at <= until && requests.has(invocationOf(row, seed)));
  return {
    state: visit.state,
    enteredAt: new Date(visit.enteredAt).toISOString(),
    input: visit.input,
    errors: visit.events.flatMap((event) => errorOf(event) ?? []),
    calls: calls.map(callView),
    ...(visit.exitedAt === undefined ? {} : { exitedAt: new Date(visit.exitedAt).toISOString() }),
    ...(visit.output === undefined ? {} : { output: visit.output }),
  };
}

/** The request id of the invocation whose answer the event holds. */
function requestOf(event: HistoryEvent): string | undefined {
  const output = event.taskSucceededEventDetails?.output ?? event.taskSubmittedEventDetails?.output;
  if (output === undefined) return undefined;
  return textOf(dictOf(dictOf(JSON.parse(output)).SdkResponseMetadata).RequestId) || undefined;
}

/** The request id of the invocation that made the call: `function/3/7` is the seventh call of its third invocation. */
function invocationOf({ call }: CallRow, seed: string): string {
  const [label = '', count = ''] = call?.split('/') ?? [];
  return uuidHash(seed, 'invocation', label, Number(count));
}

function callView(row: CallRow): CallView {
  const { seq, at, service, operation, resources, allowed, outcome } = row;
  const statement = row.statement ?? '';
  return { seq, at, function: row.function, service, operation, resources, allowed, statement, outcome };
}

/** The section of the human procedure under the box's own name; a gate is explained by the step behind it. */
export function runbookSection(box: string): string {
  const text = readFileSync(join(ROOT, 'runbooks', 'incident-response.md'), 'utf8');
  for (const part of text.split(/^## /m).slice(1)) {
    const [heading = '', ...body] = part.split('\n');
    if (heading.trim() === box) return body.join('\n').trim();
  }
  return '';
}
