import { Transient } from '../errors';
import type { Claims } from '../ports/claims';
import type { Clock } from '../ports/clock';
import type { IncidentLedger } from '../ports/incident-ledger';
import type { Command } from './commands';
import { commitTo } from './commit';
import type { Actor } from './events';
import { replay } from './evolve';
import { type CommandId, type InstanceKey, incidentId } from './ids';
import type { Incident } from './incident';

type OpenCommand = Extract<Command, { readonly type: 'Open' }>;
export type Opening = Omit<OpenCommand, 'type' | 'account' | 'region' | 'instance' | 'generation' | 'previous'>;

export interface OpeningPorts {
  readonly ledger: IncidentLedger;
  readonly claims: Claims;
  readonly clock: Clock;
}

export interface Opened {
  /** `opened` by this call; `joined` one that is open; `left` the closed one as it is, because `recurs` said so. */
  readonly status: 'opened' | 'joined' | 'left';
  readonly incident: Incident;
}

/** Each round either settles or somebody else made progress. */
const MAX_ROUNDS = 6;

/**
 * Finds the open incident of an instance or opens the next one: claim first, then the conditional first commit. Whoever
 * meets a claim without a first commit completes it, so a crash between the two leaves nothing half open.
 *
 * @param recurs whether what is at hand opens the next generation after this closed incident.
 */
export async function openOrJoin(
  ports: OpeningPorts,
  key: InstanceKey,
  opening: Opening,
  actor: Actor,
  commandId: CommandId,
  recurs: (closed: Incident) => boolean = () => true,
): Promise<Opened> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const claim = (await ports.claims.find(key)) ?? (await firstClaim(ports, key));
    const incident = replay(await ports.ledger.read(claim.incident));
    if (incident?.status === 'open')
      return { status: incident.seenCommands.has(commandId) ? 'opened' : 'joined', incident };
    if (incident === undefined) {
      const previous = claim.generation > 1 ? { previous: incidentId(key, claim.generation - 1) } : {};
      const open: OpenCommand = { type: 'Open', ...key, ...opening, generation: claim.generation, ...previous };
      const done = await commitTo(ports.ledger, ports.clock, claim.incident, open, actor, commandId);
      if (done.status === 'committed') return { status: 'opened', incident: done.incident };
      continue;
    }
    if (!recurs(incident)) return { status: 'left', incident };
    const generation = claim.generation + 1;
    await ports.claims.take(key, { incident: incidentId(key, generation), generation });
  }
  throw new Transient(`Others keep opening and closing incidents on ${key.instance}: try again.`);
}

async function firstClaim(ports: OpeningPorts, key: InstanceKey) {
  const claim = { incident: incidentId(key, 1), generation: 1 };
  const taken = await ports.claims.take(key, claim);
  return taken.status === 'taken' ? claim : taken.by;
}
