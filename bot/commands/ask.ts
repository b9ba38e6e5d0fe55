import type { ModalView } from '@slack/types';
import type { CommandId } from '../../core/incident/ids';
import type { Bot } from '../bot';
import type { Caller } from '../caller';
import type { Rendered } from '../views/render';
import type { ParsedCommand } from './parse';

/** Where someone asked: a channel, maybe a thread in it; neither in App Home. */
export interface Place {
  readonly channel?: string;
  readonly thread?: string;
}

/** One request of one person. */
export interface Ask {
  readonly command: ParsedCommand;
  readonly caller: Caller;
  readonly place: Place;
  /** Stable per request of Slack: the same delivery twice is the same command. */
  readonly commandId: CommandId;
  /** What the person can quote, and what the log line carries. */
  readonly correlation: string;
}

/** An answer to the one who asked. A modal needs a trigger; where there is none, `otherwise` is said. */
export type Reply =
  | { readonly kind: 'say'; readonly said: Rendered }
  | { readonly kind: 'modal'; readonly view: ModalView; readonly otherwise: Rendered };

export type Handler = (ask: Ask, bot: Bot) => Promise<Reply>;

export const say = (said: Rendered): Reply => ({ kind: 'say', said });
