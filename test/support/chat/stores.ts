import { CONSUMERS, type Consumer } from '../../../core/incident/audience';
import type { Commit } from '../../../core/incident/events';
import type { IncidentId, InstanceKey } from '../../../core/incident/ids';
import type { Claim, Claims } from '../../../core/ports/claims';
import type { Cursors } from '../../../core/ports/cursors';
import type { IncidentLedger } from '../../../core/ports/incident-ledger';
import type { Groups, IncidentList, ListedIncident } from '../../../core/ports/incident-list';
import type { SlackMessageRef, SlackMessages } from '../../../core/ports/slack-messages';
import type { KillSwitch, Nonces } from '../../../core/ports/switches';

/** A ledger in memory with the conditional put of the real one. */
export class MemoryLedger implements IncidentLedger {
  readonly rows = new Map<IncidentId, Commit[]>();
  async read(incident: IncidentId) {
    return [...(this.rows.get(incident) ?? [])];
  }
  async append(commit: Commit) {
    const rows = this.rows.get(commit.incident) ?? [];
    if (rows.length + 1 !== commit.seq) return 'conflict' as const;
    this.rows.set(commit.incident, [...rows, commit]);
    return 'ok' as const;
  }
}

export function memoryClaims(): Claims {
  const held = new Map<string, Claim>();
  const name = (key: InstanceKey) => `${key.account}/${key.region}/${key.instance}`;
  return {
    find: async (key) => held.get(name(key)),
    async take(key, claim) {
      const by = held.get(name(key));
      if (by && by.generation >= claim.generation) return { status: 'held', by };
      held.set(name(key), claim);
      return { status: 'taken' };
    },
  };
}

export class MemoryMessages implements SlackMessages {
  readonly refs = new Map<string, SlackMessageRef>();
  async find(incident: IncidentId, slot: string) {
    return this.refs.get(`${incident} ${slot}`);
  }
  async put(incident: IncidentId, slot: string, message: SlackMessageRef) {
    const known = this.refs.get(`${incident} ${slot}`);
    if (!known || known.seq <= message.seq) this.refs.set(`${incident} ${slot}`, message);
  }
  async incidentOf(channel: string, ts: string) {
    for (const [key, ref] of this.refs) {
      if (key.endsWith(' root') && ref.channel === channel && ref.ts === ts) return key.split(' ')[0] as IncidentId;
    }
    return undefined;
  }
}

export function memoryCursors(): Cursors {
  const at = new Map<string, number>();
  const placeOf = (consumer: Consumer, incident: IncidentId) => at.get(`${consumer} ${incident}`) ?? 0;
  return {
    get: async (consumer, incident) => placeOf(consumer, incident),
    all: async (incident) => {
      const [announce, conduct, publish] = CONSUMERS.map((consumer) => placeOf(consumer, incident));
      return { announce: announce ?? 0, conduct: conduct ?? 0, publish: publish ?? 0 };
    },
    async advance(consumer, incident, seq) {
      const key = `${consumer} ${incident}`;
      at.set(key, Math.max(at.get(key) ?? 0, seq));
    },
  };
}

export class MemoryList implements IncidentList {
  readonly rows = new Map<IncidentId, ListedIncident>();
  async all(limit: number) {
    return [...this.rows.values()].reverse().slice(0, limit);
  }
  async open(limit: number) {
    return (await this.all(1000)).filter((row) => row.status === 'open').slice(0, limit);
  }
  async put(row: ListedIncident) {
    this.rows.set(row.incident, row);
  }
  async remove(incident: IncidentId) {
    this.rows.delete(incident);
  }
}

export function memorySwitch(): KillSwitch {
  let on: Awaited<ReturnType<KillSwitch['halted']>>;
  return {
    halted: async () => on,
    async halt(by, at, reason) {
      on = { by, at: at.toISOString(), reason };
    },
    async unhalt() {
      on = undefined;
    },
  };
}

export function memoryNonces(): Nonces {
  const seen = new Set<string>();
  return {
    async remember(nonce) {
      if (seen.has(nonce)) return false;
      seen.add(nonce);
      return true;
    },
  };
}

export const noGroups: Groups = { members: async () => undefined, put: async () => {} };
