import { describeError, NeedsHuman, Transient } from '../core/errors';
import type { Estate } from '../core/estate/estate';
import { type AttachedInterface, ISOLATING } from '../core/estate/group-rules';
import { ALLOW_ALL, isIsolated, isolationRole, isolationRules } from '../core/estate/isolation-plan';
import { type Reach, reachWhenIsolated } from '../core/estate/reach';
import { residualFlows } from '../core/estate/residual-flows';
import type { InstanceKey } from '../core/incident/ids';
import type { Blobs } from '../core/ports/blobs';
import type { Isolation } from '../core/ports/isolation';
import type { KillSwitch } from '../core/ports/switches';
import { plural } from '../core/text';
import { type ProtectionLook, refuseProtectedNow, touchableEstate } from './estate-of';
import { mayBegin } from './intent';
import { runStep, type StepContext, type StepPorts, type StepReport } from './step';
import type { StepInput } from './task-input';

export interface IsolatePorts extends StepPorts, ProtectionLook {
  readonly blobs: Blobs;
  readonly isolation: Isolation;
  readonly killSwitch: KillSwitch;
  readonly buckets: readonly string[];
}

interface GroupPair {
  readonly allowAll: string;
  readonly isolation: string;
}

/**
 * Cuts the instance off: per interface an allow-all group first, so that tracked flows become untracked, then the
 * isolation group of that VPC. Both groups are made and verified before the first swap. An interface that fails holds up
 * no other one, and whatever fails between its two swaps, it is not left with allow-all: it is isolated at the second
 * try, else it has the groups back it came with, and the step fails.
 */
export function makeIsolateInstance(ports: IsolatePorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const estate = await touchableEstate(ports.blobs, context.incident);
      if (estate === undefined) return { said: 'There is no instance to isolate.' };
      const attached = await ports.isolation.interfaces(context.key);
      if (attached.length === 0) return nothingAttached(context);
      // Finishing a started isolation stays allowed under halt: only the first attempt is a new intent.
      if (!(await hasBegun(ports, context, attached))) {
        await refuseProtectedNow(ports, context.key);
        await mayBegin(ports.killSwitch, 'isolating the instance');
      }
      const groups = await ensureGroups(ports, context, estate, attached);
      const tracked = await swapAll(ports.isolation, context.key, startingWith(estate, attached), groups);
      return proof(ports, context, [...residualFlows(estate), ...tracked], groups);
    });
}

function nothingAttached(context: StepContext): StepReport {
  const reason = 'the instance has no network interface any more (terminated)';
  return { said: `Nothing to isolate: ${reason}.`, missing: [{ what: context.key.instance, reason }] };
}

async function hasBegun(
  ports: IsolatePorts,
  context: StepContext,
  attached: readonly AttachedInterface[],
): Promise<boolean> {
  for (const vpc of new Set(attached.map((each) => each.vpc))) {
    for (const role of ['allow-all', ...ISOLATING] as const) {
      const group = await ports.isolation.findGroup(context.key, vpc, role);
      if (group !== undefined && attached.some((each) => each.groups.includes(group))) return true;
    }
  }
  return false;
}

async function ensureGroups(
  ports: IsolatePorts,
  { key, input: { incident } }: StepContext,
  estate: Estate,
  attached: readonly AttachedInterface[],
): Promise<ReadonlyMap<string, GroupPair>> {
  const pairs = new Map<string, GroupPair>();
  for (const vpc of new Set(attached.map((each) => each.vpc))) {
    const known = await ports.isolation.findGroup(key, vpc, 'isolation');
    // Its agent talks through its own VPC; interfaces in another one need no way out (nor could a rule name its endpoints).
    const own = vpc === estate.instance.vpc;
    const reach: Reach = own ? reachWhenIsolated(estate, ports.buckets, known) : { can: false, why: 'another VPC' };
    const [role, rules] = [isolationRole(reach), isolationRules(reach)];
    const isolation = await ports.isolation.ensureGroup(key, incident, { vpc, role, rules });
    const allowAll = await ports.isolation.ensureGroup(key, incident, { vpc, role: 'allow-all', rules: ALLOW_ALL });
    pairs.set(vpc, { isolation, allowAll });
  }
  return pairs;
}

/** An interface and the groups it had before we came. */
interface Subject extends AttachedInterface {
  readonly own: readonly string[];
}

/** A try before this one may have left our groups on an interface: what it had then, the estate knows. */
function startingWith(estate: Estate, attached: readonly AttachedInterface[]): readonly Subject[] {
  const recorded = new Map(estate.interfaces.map((each) => [each.id, each.groups]));
  return attached.map((each) => ({ ...each, own: recorded.get(each.id) ?? each.groups }));
}

/**
 * One interface at a time, both swaps together: the window of allow-all is one call long. Returns, in words, the flows
 * that stay tracked because an interface could not be given the allow-all group first.
 */
async function swapAll(
  isolation: Isolation,
  key: InstanceKey,
  subjects: readonly Subject[],
  groups: ReadonlyMap<string, GroupPair>,
): Promise<readonly string[]> {
  const tracked: string[] = [];
  const failures: unknown[] = [];
  for (const each of subjects) {
    const pair = groups.get(each.vpc);
    if (pair === undefined || isIsolated(each, pair.isolation)) continue;
    const untracked = await untrack(isolation, key, each, pair);
    if (untracked !== undefined) tracked.push(untracked);
    try {
      await cutOff(isolation, key, each, pair);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return tracked;
}

async function untrack(isolation: Isolation, key: InstanceKey, each: Subject, pair: GroupPair) {
  if (each.groups.includes(pair.allowAll)) return undefined;
  try {
    await give(isolation, key, each, pair.allowAll);
    return undefined;
  } catch (error) {
    return `flows of ${each.id} that were open and tracked (${describeError(error).message})`;
  }
}

async function cutOff(isolation: Isolation, key: InstanceKey, each: Subject, pair: GroupPair): Promise<void> {
  try {
    await give(isolation, key, each, pair.isolation);
  } catch {
    try {
      await give(isolation, key, each, pair.isolation);
    } catch (error) {
      // Its own groups let through less than allow-all does. Where even that fails, the next try or the clean-up goes on.
      await isolation.setGroups(key, each.id, each.own).catch(() => undefined);
      throw error;
    }
  }
}

async function give(isolation: Isolation, key: InstanceKey, each: Subject, group: string): Promise<void> {
  if ((await isolation.setGroups(key, each.id, [group])) === 'done') return;
  // Another incident's clean-up took the group away between our look and this call: the next try makes it again.
  throw new Transient(`${group} was removed meanwhile.`);
}

async function proof(
  ports: IsolatePorts,
  context: StepContext,
  residual: readonly string[],
  groups: ReadonlyMap<string, GroupPair>,
): Promise<StepReport> {
  const now = await ports.isolation.interfaces(context.key);
  const open = now.filter((each) => !isIsolated(each, groups.get(each.vpc)?.isolation ?? ''));
  if (open.length > 0) {
    throw new NeedsHuman(
      `${open.map((each) => each.id).join(', ')} did not take the isolation group; the other interfaces are isolated.`,
    );
  }
  const group = [...groups.values()].map((pair) => pair.isolation).join(',');
  return {
    said: `${plural(now.length, 'interface')} in the isolation group ${group} alone.`,
    events: [{ type: 'InstanceIsolated', group, interfaces: now.map((each) => each.id), residual }],
  };
}
