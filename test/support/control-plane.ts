import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IncidentId, Sha256 } from '../../core/incident/ids';
import { sha256 } from '../../core/incident/ids';
import { canonicalJson } from '../../core/incident/ledger-row';
import type { Blobs } from '../../core/ports/blobs';
import type { Findings } from '../../core/ports/findings';
import type { RefusedEvents } from '../../core/ports/refused-events';
import type { Slots } from '../../core/ports/switches';
import type { TaskTokens } from '../../core/ports/task-tokens';
import type { Inbox, Wait, Waits } from '../../core/ports/waits';
import type { RunInput, WaitAnswer, WorkflowEngine } from '../../core/ports/workflow-engine';

export type Json = Record<string, unknown>;

/** The committed finding, as EventBridge delivers it. */
export function findingEvent(change: (detail: Json, event: Json) => void = () => undefined): Json {
  const file = join(__dirname, '..', 'fixtures', 'findings', 'dns-exfiltration.json');
  const event: Json = JSON.parse(readFileSync(file, 'utf8'));
  change(event.detail as Json, event);
  return event;
}

export class MemoryFindings implements Findings {
  readonly known = new Map<string, unknown>();
  learn(event: Json): Json {
    const detail = event.detail as Json;
    this.known.set(String(detail.id), structuredClone(detail));
    return event;
  }
  async find(_detector: string, id: string) {
    return this.known.get(id);
  }
  async archive() {}
}

export class MemoryRefused implements RefusedEvents {
  readonly events: { code: string; reason: string }[] = [];
  async setAside(_event: unknown, code: string, reason: string) {
    this.events.push({ code, reason });
  }
}

export function memoryIndex() {
  const at = new Map<string, IncidentId>();
  return {
    find: async (id: string) => at.get(id),
    put: async (id: string, incident: IncidentId) => {
      at.set(id, incident);
    },
  };
}

export class MemoryBlobs implements Blobs {
  readonly kept = new Map<string, unknown>();
  async put(incident: IncidentId, value: unknown): Promise<Sha256> {
    const digest = sha256(canonicalJson(value));
    this.kept.set(`${incident}/${digest}`, value);
    return digest;
  }
  async get(incident: IncidentId, digest: Sha256) {
    return this.kept.get(`${incident}/${digest}`);
  }
}

export function memorySlots(): Slots {
  const held = new Map<string, Set<string>>();
  return {
    async take(cap, limit, holder) {
      const holders = held.get(cap) ?? new Set();
      if (!holders.has(holder) && holders.size >= limit) return false;
      held.set(cap, holders.add(holder));
      return true;
    },
  };
}

/** Reversible and marked, so that a test sees a token that was stored in the clear. */
export const tokens: TaskTokens = {
  seal: async (incident, token) => `sealed(${incident},${token})`,
  open: async (incident, sealed) => {
    const prefix = `sealed(${incident},`;
    if (!sealed.startsWith(prefix)) throw new Error('sealed for another incident');
    return sealed.slice(prefix.length, -1);
  },
};

export class MemoryWaits implements Waits {
  readonly rows = new Map<string, Wait>();
  private readonly key = (incident: string, id: string) => `${incident} ${id}`;
  async park(wait: Wait) {
    this.rows.set(this.key(wait.incident, wait.id), wait);
  }
  async expect(incident: IncidentId, id: string, external: readonly string[]) {
    this.change(incident, id, (wait) => ({
      ...wait,
      external: Object.fromEntries(external.map((one) => [one, 'pending' as const])),
    }));
  }
  async find(incident: IncidentId, id: string) {
    return this.rows.get(this.key(incident, id));
  }
  async parkedOf(incident: IncidentId) {
    return [...this.rows.values()].filter((wait) => wait.incident === incident && wait.status === 'parked');
  }
  async waitingFor(kind: Wait['kind'], external: string) {
    return [...this.rows.values()].find(
      (wait) => wait.kind === kind && wait.status === 'parked' && external in wait.external,
    );
  }
  async arrived(incident: IncidentId, id: string, external: string) {
    this.change(incident, id, (wait) => ({ ...wait, external: { ...wait.external, [external]: 'arrived' as const } }));
    return this.find(incident, id);
  }
  async answered(wait: Wait) {
    this.change(wait.incident, wait.id, (now) =>
      now.sealedToken === wait.sealedToken ? { ...now, status: 'answered' } : now,
    );
  }
  async lookAgainAt(wait: Wait, dueAt: string) {
    this.change(wait.incident, wait.id, (now) => ({ ...now, dueAt }));
  }
  async due(now: string, limit: number) {
    const due = [...this.rows.values()].filter((wait) => wait.status === 'parked' && wait.dueAt <= now);
    return due.slice(0, limit);
  }
  private change(incident: IncidentId, id: string, to: (wait: Wait) => Wait) {
    const wait = this.rows.get(this.key(incident, id));
    if (wait !== undefined) this.rows.set(this.key(incident, id), to(wait));
  }
}

export function memoryInbox(): Inbox {
  const kept = new Set<string>();
  return {
    keep: async (kind, external) => {
      kept.add(`${kind} ${external}`);
    },
    has: async (kind, external) => kept.has(`${kind} ${external}`),
  };
}

/** Remembers what it was told; a token is answered once, then it is gone. */
export class MemoryEngine implements WorkflowEngine {
  readonly started: RunInput[] = [];
  readonly answers: { token: string; answer: WaitAnswer['answer'] | `fail ${string}` }[] = [];
  private readonly gone = new Set<string>();
  async start(input: RunInput) {
    const joined = this.started.some((run) => run.incident === input.incident && run.run === input.run);
    if (!joined) this.started.push(input);
    return { execution: `arn:${input.incident}-${input.run}`, joined };
  }
  async succeed(token: string, output: WaitAnswer) {
    return this.tell(token, output.answer);
  }
  async fail(token: string, error: string) {
    return this.tell(token, `fail ${error}`);
  }
  private tell(token: string, answer: WaitAnswer['answer'] | `fail ${string}`): 'ok' | 'gone' {
    if (this.gone.has(token)) return 'gone';
    this.gone.add(token);
    this.answers.push({ token, answer });
    return 'ok';
  }
}
