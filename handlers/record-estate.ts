import { captureForecast } from '../core/collect/parts';
import { containmentOrder } from '../core/estate/contain-order';
import type { Estate, EstateInstance } from '../core/estate/estate';
import { type ProtectedRule, protectedBy } from '../core/estate/protected';
import { reachWhenIsolated } from '../core/estate/reach';
import { summarize } from '../core/estate/summary';
import type { IncidentEvent, RuledOut } from '../core/incident/events';
import type { InstanceKey } from '../core/incident/ids';
import type { Incident } from '../core/incident/incident';
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
 * order in which the workflow goes on. Where nothing may be done, the run goes to its end.
 */
export function makeRecordEstate(ports: RecordEstatePorts) {
  return async (input: StepInput): Promise<{ readonly order: Order }> => {
    const context = await openStep(ports, input);
    const { incident } = context;
    const { estate: recorded, containment } = incident;
    if (recorded?.summary.protectedBy === undefined && recorded !== undefined && containment.order !== undefined)
      return { order: containment.order };
    await begin(ports, context);
    const estate = await ports.estates.read(context.key);
    if (estate === undefined) return ruleOut(ports, context, 'no-such-instance');
    if (isNoDrillTarget(incident, estate.instance)) return ruleOut(ports, context, 'not-for-drills');
    const protection = protectedBy(estate.instance, ports.protectedRule);
    const digest = await ports.blobs.put(incident.id, estate);
    const seen: IncidentEvent = { type: 'EstateRecorded', digest, summary: summarize(estate, protection) };
    if (protection !== undefined) return ruleOut(ports, context, 'protected', protection, [seen]);
    const order = await chooseOrder(ports, context, estate);
    const events: IncidentEvent[] = [seen, { type: 'ContainmentOrderChosen', ...order }, ...lostAlready(estate)];
    await finish(ports, context, { said: sentence(estate), events });
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

/** A drill isolates what it names, so the instance says itself that it is there for that: tag `cordon:drill`, not `false`. */
function isNoDrillTarget({ drill, findings }: Incident, { tags }: EstateInstance): boolean {
  return drill && findings.length === 0 && (tags['cordon:drill'] ?? 'false') === 'false';
}

/**
 * The run goes to its end untouched. A finding stays open, with its evidence lost where the instance is gone; of a mistyped id
 * nothing is lost. `detail` says what protects it.
 */
async function ruleOut(
  ports: RecordEstatePorts,
  context: StepContext,
  as: RuledOut,
  detail = '',
  seen: readonly IncidentEvent[] = [],
): Promise<{ readonly order: Order }> {
  const { instance } = context.key;
  const stays = context.incident.findings.length > 0;
  const why = whyRuledOut(as, context.key, detail);
  const lost = stays && as === 'no-such-instance';
  await finish(ports, context, {
    said: `${why}, so nothing is touched. ${whatToDo(as, stays)}`,
    events: [
      ...seen,
      { type: 'InstanceRuledOut', as, why, ...(stays ? { stays } : {}) },
      ...(lost ? [{ type: 'EvidenceLost' as const, why }] : []),
    ],
    missing: lost ? [{ what: instance, reason: why }] : [],
  });
  return { order: 'contain-first' };
}

function whyRuledOut(as: RuledOut, { instance, account, region }: InstanceKey, detail: string): string {
  switch (as) {
    case 'no-such-instance':
      return `EC2 does not know ${instance} in ${account}, ${region}`;
    case 'protected':
      return `${instance} is protected (${detail})`;
    case 'not-for-drills':
      return `${instance} is not tagged cordon:drill`;
  }
}

function whatToDo(as: RuledOut, stays: boolean): string {
  switch (as) {
    case 'no-such-instance':
      return stays
        ? 'The incident stays open for whoever looks into the finding; /ir close ends it.'
        : 'Look at the id again; --account and --region name another place.';
    case 'protected':
      return 'Respond by hand, or lift the protection with a reviewed change and start the response then.';
    case 'not-for-drills':
      return 'Tag an instance that may be isolated for practice, and drill that one.';
  }
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
