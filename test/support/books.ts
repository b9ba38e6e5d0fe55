import { join } from 'node:path';
import type { Command } from '../../core/incident/commands';
import { commitTo } from '../../core/incident/commit';
import type { Actor, FindingRef } from '../../core/incident/events';
import { replay } from '../../core/incident/evolve';
import {
  commandId,
  type IncidentId,
  type InstanceKey,
  incidentId,
  parseAccountId,
  parseInstanceId,
  parseRegion,
  personKey,
  sha256,
} from '../../core/incident/ids';
import type { Incident } from '../../core/incident/incident';
import { loadRulebook } from '../../core/policy/load';
import { MemoryLedger } from './chat/stores';

export const RULEBOOK = loadRulebook(join(__dirname, '..', '..'));
const found = RULEBOOK.playbooks.find((playbook) => playbook.name === 'default');
if (found?.action !== 'respond') throw new Error('the default playbook responds');
export const PIN = found.pin;

export const KEY: InstanceKey = {
  account: parseAccountId('000111222333')!,
  region: parseRegion('eu-west-1')!,
  instance: parseInstanceId('i-0011222aa333333b4')!,
};
export const IR: IncidentId = incidentId(KEY, 1);

/** A clock that tests move by hand. */
export class HandClock {
  constructor(private ms = Date.parse('2026-03-01T12:00:00.000Z')) {}
  now(): Date {
    return new Date(this.ms);
  }
  minutes(count: number): void {
    this.ms += count * 60_000;
  }
}

export const person = (key: string): Actor => ({ kind: 'person', person: personKey(key) });
export const SYSTEM: Actor = { kind: 'system', part: 'test' };

export function findingRef(over: Partial<FindingRef> = {}): FindingRef {
  return {
    id: '11111aa1122223bb344cc55555555555aa',
    type: 'Trojan:EC2/DNSDataExfiltration',
    title: 'Data exfiltration through DNS queries.',
    severity: 8,
    count: 1,
    firstSeen: '2026-03-01T11:00:00.000Z',
    lastSeen: '2026-03-01T11:30:00.000Z',
    digest: sha256('finding'),
    facts: [],
    ...over,
  };
}

export function openCommand(
  over: Partial<Extract<Command, { type: 'Open' }>> = {},
): Extract<Command, { type: 'Open' }> {
  return {
    type: 'Open',
    ...KEY,
    generation: 1,
    channel: 'C0CORDON',
    playbook: PIN,
    finding: findingRef(),
    start: true,
    ...over,
  };
}

/** One incident over a memory ledger: `does` commits a command with a fresh id unless one is given. */
export class Story {
  readonly ledger = new MemoryLedger();
  readonly clock = new HandClock();
  private count = 0;

  async does(command: Command, actor: Actor = SYSTEM, id = `c${++this.count}`): Promise<Incident | undefined> {
    const done = await commitTo(this.ledger, this.clock, IR, command, actor, commandId(id));
    return done.incident;
  }
  async incident(): Promise<Incident> {
    return replay(await this.ledger.read(IR))!;
  }
  async opened(over: Partial<Extract<Command, { type: 'Open' }>> = {}): Promise<Incident> {
    await this.does(openCommand(over));
    return (await this.does({ type: 'StartRun', run: 1, execution: 'arn:run' }))!;
  }
  async events(): Promise<readonly string[]> {
    return (await this.ledger.read(IR)).flatMap((row) => row.events.map((event) => event.type));
  }
}

/** The code of the Refusal that `act` throws. */
export async function refusal(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : `threw ${String(error)}`;
  }
}
