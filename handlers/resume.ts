import { Refusal } from '../core/errors';
import type { Command } from '../core/incident/commands';
import { commitTo } from '../core/incident/commit';
import type { IncidentEvent } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import { commandId, type IncidentId, parseIncidentId, type Sha256 } from '../core/incident/ids';
import type { Inbox } from '../core/ports/waits';
import { clampText, plainText } from '../core/text';
import { type Answering, answerWait } from '../core/wait/answer';
import { estateEventOf } from '../core/wait/estate-event';
import {
  type Arrival,
  arrivalsOf,
  executionEndOf,
  type PlatformEvent,
  REPORT_EVENT,
  STOP_ANSWER_EVENT,
  SYMBOLS_EVENT,
} from '../core/wait/platform-event';
import { type NoticePorts, noticeEstate } from './notice-estate';

export interface ResumePorts extends Answering, NoticePorts {
  readonly inbox: Inbox;
}

const SYSTEM = { kind: 'system', part: 'resume' } as const;
const GITHUB = { kind: 'system', part: 'github' } as const;

/** An event that matches no wait yet is kept this long: longer than any handler takes between acting and storing. */
const INBOX_MS = 15 * 60_000;

export interface ResumeOutcome {
  readonly answered: number;
  readonly kept: number;
}

/** Takes one event of the platform or of GitHub and carries it to whoever waits for it. */
export function makeResume(ports: ResumePorts): (event: PlatformEvent) => Promise<ResumeOutcome> {
  return async (event) => {
    if (event.source === 'cordon.github') {
      await fromGithub(ports, event);
      return { answered: 0, kept: 0 };
    }
    const around = estateEventOf(event);
    if (around !== undefined) await noticeEstate(ports, around);
    const end = executionEndOf(event);
    if (end !== undefined) await ended(ports, end);
    let answered = 0;
    let kept = 0;
    for (const arrival of arrivalsOf(event)) {
      if (await deliver(ports, arrival)) answered += 1;
      else kept += 1;
    }
    return { answered, kept };
  };
}

function fromGithub(ports: ResumePorts, event: PlatformEvent): Promise<void> {
  switch (event['detail-type']) {
    case 'Symbols ready':
      return symbolsArrived(ports, event);
    case 'Stop approved':
    case 'Stop rejected':
      return stopAnswered(ports, event);
    default:
      return reported(ports, event);
  }
}

/** True when somebody waited; otherwise the event is kept for whoever is about to. */
async function deliver(ports: ResumePorts, { kind, external }: Arrival): Promise<boolean> {
  // Kept first: a wait that is stored between our look and our writing would otherwise miss it.
  await ports.inbox.keep(kind, external, new Date(ports.clock.now().getTime() + INBOX_MS));
  const waiting = await ports.waits.waitingFor(kind, external);
  if (waiting === undefined) return false;
  const wait = await ports.waits.arrived(waiting.incident, waiting.id, external);
  const complete = wait !== undefined && Object.values(wait.external).every((state) => state === 'arrived');
  if (wait !== undefined && complete && wait.status === 'parked') await answerWait(ports, wait, { answer: 'done' });
  return true;
}

/** GitHub posted the summary: on record, and conduct answers the wait. A report for a closed incident comes too late. */
async function reported(ports: ResumePorts, event: PlatformEvent): Promise<void> {
  const parsed = REPORT_EVENT.safeParse(event);
  if (!parsed.success)
    throw new Refusal('report.malformed', `GitHub's report is malformed: ${parsed.error.issues[0]?.path.join('.')}.`);
  const { detail } = parsed.data;
  const incident = parseIncidentId(detail.incident);
  if (incident === undefined)
    throw new Refusal('report.incident', 'GitHub reported on something that is not an incident.');
  const command: Command = {
    type: 'Record',
    events: [
      {
        type: 'ReportPosted',
        request: detail.request,
        ts: detail.ts,
        summarySha256: detail.summarySha256 as Sha256,
        runUrl: detail.runUrl,
        verdict: clampText(plainText(detail.verdict), 500),
      },
    ],
  };
  await unlessClosed(() =>
    commitTo(ports.ledger, ports.clock, incident, command, GITHUB, commandId(`report:${detail.request}`)),
  );
}

/**
 * Symbols are there. A run that waits for them goes on by itself; otherwise the thread hears that the memory can be read
 * now, and a person says when, since it takes the forensic instance again.
 */
async function symbolsArrived(ports: ResumePorts, event: PlatformEvent): Promise<void> {
  const malformed = 'The news of symbols is malformed: it names no incident, kernel and digest.';
  const { said, incident } = aboutIncident(SYMBOLS_EVENT, event, 'symbols.malformed', malformed);
  const { kernel, sha256 } = said.detail;
  const asked = replay(await ports.ledger.read(incident))?.symbols;
  const waits = asked?.state === 'asked' && asked.kernel === kernel;
  const text = `Symbols of kernel ${kernel} are there now: /ir forensics retry reads the memory with them.`;
  const news: IncidentEvent = waits
    ? { type: 'SymbolsMade', request: asked.request, kernel, sha256: sha256 as Sha256 }
    : { type: 'EstateNoticed', text };
  const command: Command = { type: 'Record', events: [news] };
  await unlessClosed(() =>
    commitTo(
      ports.ledger,
      ports.clock,
      incident,
      command,
      GITHUB,
      commandId(`symbols:${waits ? asked.request : 'news'}:${kernel}:${sha256}`),
    ),
  );
}

/** Reviewers on GitHub answered. What comes too late, or to another question, changes nothing and is said. */
async function stopAnswered(ports: ResumePorts, event: PlatformEvent): Promise<void> {
  const malformed = 'The answer from GitHub is malformed: it names no incident, question and plan.';
  const { said, incident } = aboutIncident(STOP_ANSWER_EVENT, event, 'answer.malformed', malformed);
  const { opening, plan: planDigest, by, runUrl } = said.detail;
  const decision = said['detail-type'] === 'Stop approved' ? 'approve' : 'reject';
  const command: Command = {
    type: 'DecideOutside',
    gate: 'stop',
    opening,
    planDigest,
    decision,
    answer: { by, runUrl },
  };
  const key = `outside:stop:${opening}:${decision}`;
  try {
    await commitTo(ports.ledger, ports.clock, incident, command, GITHUB, commandId(key));
  } catch (error) {
    if (!(error instanceof Refusal) || !error.code.startsWith('gate.')) throw error;
    const text = `An answer from GitHub to “Stop the instance?” changed nothing. ${error.message}`;
    const late: Command = { type: 'Record', events: [{ type: 'EstateNoticed', text }] };
    await unlessClosed(() => commitTo(ports.ledger, ports.clock, incident, late, GITHUB, commandId(`${key}:late`)));
  }
}

/** An event of GitHub's that names an incident; refused, in the sentence given, when it is none. */
function aboutIncident<T extends { readonly detail: { readonly incident: string } }>(
  schema: { readonly safeParse: (event: unknown) => { success: true; data: T } | { success: false } },
  event: PlatformEvent,
  code: string,
  malformed: string,
): { readonly said: T; readonly incident: IncidentId } {
  const parsed = schema.safeParse(event);
  const incident = parsed.success ? parseIncidentId(parsed.data.detail.incident) : undefined;
  if (!parsed.success || incident === undefined) throw new Refusal(code, malformed);
  return { said: parsed.data, incident };
}

/** An execution that broke without its own closing step: the run ends on record, whatever it left is said by the card. */
async function ended(
  ports: ResumePorts,
  end: { readonly incident: string; readonly run: number; readonly status: string },
): Promise<void> {
  const incident: IncidentId | undefined = parseIncidentId(end.incident);
  if (incident === undefined) return;
  const result = end.status === 'SUCCEEDED' ? 'completed' : 'failed';
  const cause = result === 'failed' ? { cause: `the execution ended as ${end.status}` } : {};
  const command: Command = { type: 'EndRun', run: end.run, result, ...cause };
  await unlessClosed(() =>
    commitTo(ports.ledger, ports.clock, incident, command, SYSTEM, commandId(`ended:${end.run}`)),
  );
}

async function unlessClosed(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refusal) || (error.code !== 'incident.closed' && error.code !== 'run.unknown')) throw error;
  }
}
