import type { Actor, IncidentEvent } from '../../core/incident/events';
import type { GateName } from '../../core/incident/steps';
import { foreign, type Mrkdwn, md } from './mrkdwn';
import { type PersonNames, who } from './people';

export interface LineContext {
  readonly names: PersonNames;
  readonly actor: Actor;
  /** Mentions for an escalation, by what policy calls the group. */
  readonly call?: (escalatedTo: string | undefined) => Mrkdwn | undefined;
  /** Mentions of those who may still answer an opening of a gate; none once it is decided. */
  readonly ask?: (gate: GateName, opening: number) => Mrkdwn | undefined;
  /** Mentions of those who must hear that break-glass was used. */
  readonly shout?: () => Mrkdwn | undefined;
}

/** What the thread says of an event of one type; undefined when the card or a gate's own message tells enough. */
export type Teller<T extends IncidentEvent['type']> = (
  event: Extract<IncidentEvent, { readonly type: T }>,
  at: LineContext,
) => Mrkdwn | undefined;

export type Tellers<T extends IncidentEvent['type']> = { readonly [K in T]: Teller<K> };

/** For events that need no line of their own. */
export const silent = (): undefined => undefined;

export function actorName(at: LineContext): Mrkdwn {
  const { actor } = at;
  if (actor.kind === 'system') return md`Cordon`;
  const name = who(at.names, actor.person);
  return actor.breakGlass ? md`${name} (break-glass)` : name;
}

/** Foreign words at the end of a sentence of ours, without the full stop they may bring. */
export const ending = (text: string, max?: number): Mrkdwn => foreign(text.trim().replace(/[.!]+$/, ''), max);

export const because = (reason: string | undefined): Mrkdwn => (reason ? md`: ${ending(reason)}` : md``);
