import type { App } from '@slack/bolt';
import type { Bot } from '../bot';
import { parseCommand } from '../commands/parse';
import { type Log, runCommand } from '../commands/run-command';
import { textAt } from './payloads';
import type { Views } from './show-reply';

/** What people leave out in a thread: `@cordon status` means `forensics status`. */
const IN_THREAD = new Set(['status', 'pause', 'resume', 'abort', 'retry', 'start']);

/** The command in a mention: the text after our name. */
export function mentionedCommand(text: string): string {
  const said = text.replace(/^[\s\S]*?<@[A-Z0-9]+(?:\|[^>]*)?>[:,]?\s*/, '');
  const first = said.trim().split(/\s+/)[0]?.toLowerCase() ?? '';
  if (!IN_THREAD.has(first) || parseCommand(said).kind === 'command') return said;
  return `forensics ${said.trim()}`;
}

/** `@cordon …` in a channel or thread: the same commands, about the thread's incident. */
export function listenToMentions(app: App, bot: Bot, views: Views, log: Log): void {
  app.event('app_mention', async ({ event, body }) => {
    const { user } = event;
    if (user === undefined) return;
    const [team, userTeam] = [textAt(body, 'team_id'), textAt(event, 'team') ?? textAt(event, 'user_team')];
    const reply = await runCommand(bot, log, mentionedCommand(event.text), {
      identity: { user, ...(team ? { team } : {}), ...(userTeam ? { userTeam } : {}) },
      place: { channel: event.channel, ...(event.thread_ts ? { thread: event.thread_ts } : {}) },
      unique: textAt(body, 'event_id') ?? event.ts,
    });
    const said = reply.kind === 'say' ? reply.said : reply.otherwise;
    await views.whisper(event.channel, user, event.thread_ts, said);
  });
}
