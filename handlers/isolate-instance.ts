import { describeError, NeedsHuman } from '../core/errors';
import type { Estate } from '../core/estate/estate';
import type { AttachedInterface } from '../core/estate/group-rules';
import { ALLOW_ALL, isIsolated, isolationRules } from '../core/estate/isolation-plan';
import { reachWhenIsolated } from '../core/estate/reach';
import { residualFlows } from '../core/estate/residual-flows';
import type { InstanceKey } from '../core/incident/ids';
import type { Blobs } from '../core/ports/blobs';
import type { Isolation } from '../core/ports/isolation';
import type { KillSwitch } from '../core/ports/switches';
import { plural } from '../core/text';
import { touchableEstate } from './estate-of';
import { mayBegin } from './intent';
import { runStep, type StepContext, type StepPorts, type StepReport } from './step';
import type { StepInput } from './task-input';

export interface IsolatePorts extends StepPorts {
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
 * isolation group of that VPC. Both groups are made and verified before the first swap. Whatever fails between the two
 * swaps, the interface is given the isolation group: allow-all is never left attached.
 */
export function makeIsolateInstance(ports: IsolatePorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const estate = await touchableEstate(ports.blobs, context.incident);
      if (estate === undefined) return { said: 'There is no instance to isolate.' };
      const attached = await ports.isolation.interfaces(context.key);
      if (attached.length === 0) return nothingAttached(context);
      // Finishing a started isolation stays allowed under halt: only the first attempt is a new intent.
      if (!(await hasBegun(ports, context, attached))) await mayBegin(ports.killSwitch, 'isolating the instance');
      const groups = await ensureGroups(ports, context, estate, attached);
      const tracked = await swapAll(ports.isolation, context.key, attached, groups);
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
    for (const role of ['allow-all', 'isolation'] as const) {
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
    const rules = isolationRules(reachWhenIsolated(estate, ports.buckets, known));
    const isolation = await ports.isolation.ensureGroup(key, incident, { vpc, role: 'isolation', rules });
    const allowAll = await ports.isolation.ensureGroup(key, incident, { vpc, role: 'allow-all', rules: ALLOW_ALL });
    pairs.set(vpc, { isolation, allowAll });
  }
  return pairs;
}

/**
 * One interface at a time, both swaps together: the window of allow-all is one call long. Returns, in words, the flows
 * that stay tracked because an interface could not be given the allow-all group first.
 */
async function swapAll(
  isolation: Isolation,
  key: InstanceKey,
  attached: readonly AttachedInterface[],
  groups: ReadonlyMap<string, GroupPair>,
): Promise<readonly string[]> {
  const tracked: string[] = [];
  for (const each of attached) {
    const pair = groups.get(each.vpc);
    if (pair === undefined || isIsolated(each, pair.isolation)) continue;
    try {
      if (!each.groups.includes(pair.allowAll)) await isolation.setGroups(key, each.id, [pair.allowAll]);
    } catch (error) {
      tracked.push(`flows of ${each.id} that were open and tracked (${describeError(error).message})`);
    }
    await isolation.setGroups(key, each.id, [pair.isolation]);
  }
  return tracked;
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
