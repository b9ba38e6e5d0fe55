import { describeError, NeedsHuman, Transient } from '../errors';
import { type IncidentId, type Sha256, sha256 } from '../incident/ids';
import type { Chat, ChatMessage } from '../ports/chat';
import type { Clock } from '../ports/clock';
import type { ReportBus } from '../ports/report-bus';

export interface ReportToPost {
  readonly incident: IncidentId;
  /** The ReportRequested this answers: it names the message, so that a second run finds the first one's. */
  readonly request: string;
  readonly channel: string;
  readonly thread: string;
  readonly runUrl: string;
  /** Bytes of summary.json: their SHA-256 goes with the message. */
  readonly summary: Uint8Array;
  readonly message: { readonly text: string; readonly blocks: readonly object[] };
  readonly reportHtml: string;
  /** Told what went wrong without stopping the report. */
  readonly notice: (sentence: string) => void;
}

/** How far back a message of ours is looked for: a run is started within a day of its request. */
const LOOK_BACK_MS = 24 * 60 * 60 * 1000;

/**
 * Posts the summary into the thread unless it is there, attaches the HTML report, and reports back. The one post that is
 * not `announce`'s. Throws Transient when Slack limits or does not answer, NeedsHuman when the channel is closed to us.
 */
export async function postReport(
  ports: { readonly chat: Chat; readonly bus: ReportBus; readonly clock: Clock },
  report: ReportToPost,
): Promise<{ readonly ts: string; readonly summarySha256: Sha256 }> {
  const summarySha256 = sha256(report.summary);
  const mark = { incident: report.incident, slot: `summary/${report.request}`, seq: 0, summarySha256 };
  const since = new Date(ports.clock.now().getTime() - LOOK_BACK_MS);
  const before = await ports.chat.find(report.channel, report.thread, mark, since);
  const ts = before?.ts ?? (await postAnew(ports.chat, report, { ...report.message, mark }));
  await attachReport(ports.chat, report, before !== undefined);
  const verdict = verdictOf(report.summary);
  await ports.bus.reportPosted({
    incident: report.incident,
    request: report.request,
    ts,
    summarySha256,
    runUrl: report.runUrl,
    verdict,
  });
  return { ts, summarySha256 };
}

async function postAnew(chat: Chat, report: ReportToPost, message: ChatMessage): Promise<string> {
  const posted = await chat.post(report.channel, report.thread, message);
  if (posted.status === 'limited') throw new Transient('Slack limits us: the summary was not posted; run this again.');
  if (posted.status === 'closed')
    throw new NeedsHuman(`The thread is closed to us (${posted.why}): invite the app and run this again.`);
  return posted.ts;
}

/** The message says what matters and the run keeps the report: a file that cannot be attached must not lose either. */
async function attachReport(chat: Chat, report: ReportToPost, mayExist: boolean): Promise<void> {
  const name = `report-${report.request}.html`;
  const comment = `Full report of ${report.incident}`;
  try {
    // An earlier try may have attached it, or died before it could.
    if (mayExist && (await chat.hasFile(report.channel, report.thread, name))) return;
    await chat.share(report.channel, report.thread, { name, content: report.reportHtml, comment });
  } catch (error) {
    report.notice(
      `The report was not attached (${describeError(error).message}); it is kept as an artifact of this run.`,
    );
  }
}

function verdictOf(summary: Uint8Array): string {
  const { verdict }: { verdict?: unknown } = JSON.parse(Buffer.from(summary).toString('utf8'));
  if (typeof verdict === 'string') return verdict;
  return typeof verdict === 'object' && verdict !== null ? String(Reflect.get(verdict, 'text') ?? '') : '';
}
