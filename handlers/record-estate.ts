import { captureForecast } from '../core/collect/parts';
import { Refusal } from '../core/errors';
import { containmentOrder } from '../core/estate/contain-order';
import type { Estate } from '../core/estate/estate';
import { type ProtectedRule, protectedBy } from '../core/estate/protected';
import { reachWhenIsolated } from '../core/estate/reach';
import { summarize } from '../core/estate/summary';
import type { IncidentEvent } from '../core/incident/events';
import type { Blobs } from '../core/ports/blobs';
import type { EstateReader } from '../core/ports/estate-reader';
import type { Isolation } from '../core/ports/isolation';
import { begin, finish, openStep, type StepContext, type StepPorts } from './step';
import type { StepInput } from './task-input';

export interface RecordEstatePorts extends StepPorts {
  readonly estates: EstateReader;
  readonly isolation: Pick<Isolation, 'findGroup'>;
  readonly blobs: Blobs;
  readonly protectedRule: ProtectedRule;
  /** Buckets an isolated host may reach through the S3 endpoint. */
  readonly buckets: readonly string[];
}

type Order = 'contain-first' | 'memory-first';

/**
 * Describes the instance before anything is changed, once: what was recorded first is what release restores. Answers the
 * order in which the workflow goes on. A protected instance is a Refusal.
 */
export function makeRecordEstate(ports: RecordEstatePorts) {
  return async (input: StepInput): Promise<{ readonly order: Order }> => {
    const context = await openStep(ports, input);
    const { incident } = context;
    if (incident.estate !== undefined && incident.containment.order !== undefined) {
      refuseProtected(incident.estate.summary.protectedBy, context);
      return { order: incident.containment.order };
    }
    await begin(ports, context);
    const estate = await ports.estates.read(context.key);
    if (estate === undefined) return recordAbsence(ports, context);
    const protection = protectedBy(estate.instance, ports.protectedRule);
    const digest = await ports.blobs.put(incident.id, estate);
    const order = await chooseOrder(ports, context, estate);
    const events: IncidentEvent[] = [
      { type: 'EstateRecorded', digest, summary: summarize(estate, protection) },
      { type: 'ContainmentOrderChosen', ...order },
      ...lostAlready(estate),
    ];
    await finish(ports, context, { said: sentence(estate), events });
    refuseProtected(protection, context);
    return { order: order.order };
  };
}

async function chooseOrder(ports: RecordEstatePorts, context: StepContext, estate: Estate) {
  const vpc = estate.instance.vpc;
  const group = vpc === undefined ? undefined : await ports.isolation.findGroup(context.key, vpc, 'isolation');
  const reach = reachWhenIsolated(estate, ports.buckets, group);
  return containmentOrder(estate, reach, context.incident.playbook?.memoryFirstMinutes ?? 0);
}

/** A terminated instance has neither memory nor interfaces any more: there is nothing to contain and nothing to stop. */
function lostAlready({ instance }: Estate): readonly IncidentEvent[] {
  if (instance.state !== 'terminated') return [];
  return [{ type: 'EvidenceLost', why: `${instance.id} was terminated before Cordon came` }];
}

async function recordAbsence(ports: RecordEstatePorts, context: StepContext): Promise<{ readonly order: Order }> {
  const why = `EC2 does not know ${context.key.instance} any more`;
  await finish(ports, context, {
    said: `${why}: there is nothing to contain.`,
    events: [
      { type: 'ContainmentOrderChosen', order: 'contain-first', why },
      { type: 'EvidenceLost', why },
    ],
    missing: [{ what: context.key.instance, reason: why }],
  });
  return { order: 'contain-first' };
}

function refuseProtected(protection: string | undefined, context: StepContext): void {
  if (protection === undefined) return;
  throw new Refusal(
    'instance.protected',
    `${context.key.instance} is protected (${protection}): nothing was changed.`,
    'Change runbooks/policy.yaml by a reviewed merge, or respond by hand.',
  );
}

function sentence(estate: Estate): string {
  const { instance } = estate;
  const parts = [
    `${instance.id} is ${instance.state} (${instance.type})`,
    `${estate.interfaces.length} interface${estate.interfaces.length === 1 ? '' : 's'}`,
    `${estate.volumes.length} volume${estate.volumes.length === 1 ? '' : 's'}`,
    estate.group === undefined ? 'in no Auto Scaling group' : `in Auto Scaling group ${estate.group.name}`,
    `SSM agent ${estate.agent.ping}`,
  ];
  const forecast = estate.agent.ping === 'online' ? captureForecast(instance) : undefined;
  return `${parts.join(', ')}.${forecast === undefined ? '' : ` ${forecast}`}`;
}
