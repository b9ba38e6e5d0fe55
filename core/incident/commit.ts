import { Transient } from '../errors';
import type { Clock } from '../ports/clock';
import type { IncidentLedger } from '../ports/incident-ledger';
import type { Command } from './commands';
import { decide } from './decide';
import type { Actor, Commit } from './events';
import { applyCommit, replay } from './evolve';
import type { CommandId, IncidentId } from './ids';
import type { Incident } from './incident';
import { nextRow } from './ledger-row';

export type CommitResult =
  | { readonly status: 'committed'; readonly commit: Commit; readonly incident: Incident }
  /** Nothing to write: the command was seen before, or it is so already. */
  | { readonly status: 'noop'; readonly incident: Incident | undefined }
  /** Only with `onlyAfter`: the ledger has moved on, decide again on what it says now. */
  | { readonly status: 'moved'; readonly incident: Incident | undefined };

/** Writers of one incident are few; ten lost races in a row mean something else is wrong. */
const MAX_RACES = 10;

/**
 * Decides a command on the newest state and appends the events as one row. A lost race is reread and decided anew; a
 * commandId the ledger knows is a no-op, so the same delivery twice changes nothing.
 * Throws Refusal (nothing was written), NeedsHuman (row too large) or Transient (ten lost races).
 *
 * @param options.onlyAfter commit only while the ledger has exactly this many rows (a seal covers them).
 */
export async function commitTo(
  ledger: IncidentLedger,
  clock: Clock,
  id: IncidentId,
  command: Command,
  actor: Actor,
  commandId: CommandId,
  options: { readonly onlyAfter?: number } = {},
): Promise<CommitResult> {
  for (let race = 0; race < MAX_RACES; race++) {
    const incident = replay(await ledger.read(id));
    if (incident?.seenCommands.has(commandId)) return { status: 'noop', incident };
    if (options.onlyAfter !== undefined && (incident?.seq ?? 0) !== options.onlyAfter)
      return { status: 'moved', incident };
    const at = notBefore(clock.now(), incident);
    const events = decide(incident, command, { id, actor, at });
    if (events.length === 0) return { status: 'noop', incident };
    const previous = incident === undefined ? undefined : { seq: incident.seq, hash: incident.headHash };
    const commit = nextRow(id, previous, { events, actor, commandId, at });
    if ((await ledger.append(commit)) === 'ok')
      return { status: 'committed', commit, incident: applyCommit(incident, commit) };
  }
  throw new Transient(`${MAX_RACES} writers in a row were faster on ${id}: try again.`);
}

/** Clocks of two functions differ by milliseconds; a ledger's time never runs back. */
function notBefore(now: Date, incident: Incident | undefined): Date {
  if (incident === undefined) return now;
  return new Date(Math.max(now.getTime(), Date.parse(incident.updatedAt)));
}
