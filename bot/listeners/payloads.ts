import { Refusal } from '../../core/errors';
import type { Bot } from '../bot';
import type { SlackIdentity } from '../caller';

/** A value of unknown shape, looked into one member at a time: Slack's payloads are input like any other. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return current;
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** Who acted in an interaction payload. */
export function identityIn(body: unknown): SlackIdentity {
  const team = textAt(body, 'team', 'id');
  const userTeam = textAt(body, 'user', 'team_id');
  return {
    user: textAt(body, 'user', 'id') ?? '',
    ...(team ? { team } : {}),
    ...(userTeam ? { userTeam } : {}),
  };
}

/** Interactivity of another app goes to that app; a payload that says otherwise is not about our buttons. */
export function mustBeOurApp(bot: Bot, body: unknown): void {
  const app = textAt(body, 'api_app_id');
  if (app === bot.home.appId) return;
  throw new Refusal(
    'click.foreign-app',
    'That button belongs to another app; nothing was changed.',
    'Use the buttons of Cordon’s own messages.',
  );
}

export interface ClickedMessage {
  readonly channel: string;
  readonly ts: string;
}

/** The message a button sat in; undefined in App Home and modals. */
export function clickedMessage(body: unknown): ClickedMessage | undefined {
  const channel = textAt(body, 'container', 'channel_id') ?? textAt(body, 'channel', 'id');
  const ts = textAt(body, 'container', 'message_ts') ?? textAt(body, 'message', 'ts');
  return channel && ts ? { channel, ts } : undefined;
}
