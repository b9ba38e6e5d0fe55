import { describeError, Refusal } from '../../core/errors';
import { type CommandId, commandId, sha256 } from '../../core/incident/ids';
import type { Bot } from '../bot';
import { type Caller, callerOf, type SlackIdentity } from '../caller';
import { broken, notUnderstood, refused } from '../views/replies';
import type { Ask, Place, Reply } from './ask';
import { HANDLERS } from './handlers';
import { parseCommand } from './parse';

/** One JSON line; never what a person typed, only what it was about. */
export type Log = (line: Readonly<Record<string, unknown>>) => void;

export interface Request {
  readonly identity: SlackIdentity;
  readonly place: Place;
  /** What makes this request of Slack unique: a trigger, an event id, an action's time. */
  readonly unique: string;
}

export function askIds(unique: string): { readonly commandId: CommandId; readonly correlation: string } {
  const digest = sha256(`slack:${unique}`);
  return { commandId: commandId(`slack-${digest.slice(0, 32)}`), correlation: digest.slice(0, 8) };
}

/** Turns a Refusal into its sentence and anything else into "that did not work", both with a correlation id. */
export async function answering(
  correlation: string,
  log: Log,
  about: Readonly<Record<string, unknown>>,
  run: () => Promise<Reply>,
): Promise<Reply> {
  try {
    const reply = await run();
    log({ level: 'info', correlation, ...about, answered: reply.kind });
    return reply;
  } catch (error) {
    if (error instanceof Refusal) {
      log({ level: 'info', correlation, ...about, refused: error.code });
      return { kind: 'say', said: refused(error, correlation) };
    }
    log({ level: 'error', correlation, ...about, error: describeError(error) });
    return { kind: 'say', said: broken(correlation) };
  }
}

/** Help is for everybody: nobody is looked up for it. */
const anybody = ({ user }: SlackIdentity): Caller => ({ user, members: {}, standing: 'unknown' });

/** Parses, authorizes and runs what someone typed, mentioned or picked; always answers, never throws. */
export async function runCommand(bot: Bot, log: Log, text: string, request: Request): Promise<Reply> {
  const parsed = parseCommand(text);
  const ids = askIds(request.unique);
  if (parsed.kind === 'problem') {
    const { correlation } = ids;
    log({ level: 'info', correlation, user: request.identity.user, refused: 'not understood' });
    return { kind: 'say', said: notUnderstood(parsed.problem, parsed.usage, parsed.suggestion, correlation) };
  }
  const { command } = parsed;
  return answering(ids.correlation, log, { command: command.path, user: request.identity.user }, async () => {
    const { identity } = request;
    const caller = command.path === 'help' ? anybody(identity) : await callerOf(bot, identity);
    const ask: Ask = { command, caller, place: request.place, ...ids };
    return HANDLERS[command.path](ask, bot);
  });
}
