import type { EventMeta, EventOf } from './event-of';
import type { Containment, Incident } from './incident';

export type ContainmentEvent = EventOf<
  | 'EstateRecorded'
  | 'ContainmentOrderChosen'
  | 'InstanceDetached'
  | 'InstanceProtected'
  | 'InstanceIsolated'
  | 'ProfileSwapped'
  | 'SubnetCut'
  | 'SessionsRevoked'
  | 'StopIntended'
  | 'InstanceStopped'
  | 'EvidenceLost'
  | 'InstanceRuledOut'
  | 'CleanedUp'
  | 'InstanceReleased'
>;

/** Folds what was done to the instance. */
export function evolveContainment(incident: Incident, event: ContainmentEvent, meta: EventMeta): Incident {
  switch (event.type) {
    case 'EstateRecorded': {
      const { ruledOut: _earlier, ...rest } = incident;
      return { ...rest, estate: { digest: event.digest, summary: event.summary } };
    }
    case 'InstanceRuledOut':
      return { ...incident, ruledOut: { as: event.as, why: event.why } };
    case 'StopIntended':
      return { ...incident, stopIntended: { planDigest: event.planDigest, at: meta.at } };
    case 'InstanceStopped':
      return { ...incident, stopped: { state: event.state, at: meta.at } };
    case 'EvidenceLost':
      return { ...incident, evidenceLost: { why: event.why, at: meta.at } };
    case 'CleanedUp':
      return { ...incident, cleanedUp: event.removed };
    case 'InstanceReleased':
      return {
        ...incident,
        containment: {},
        released: { restored: event.restored, differs: event.differs, at: meta.at },
      };
    default:
      return { ...incident, containment: { ...incident.containment, ...contained(event, meta) } };
  }
}

type Measure = EventOf<
  | 'ContainmentOrderChosen'
  | 'InstanceDetached'
  | 'InstanceProtected'
  | 'InstanceIsolated'
  | 'ProfileSwapped'
  | 'SubnetCut'
  | 'SessionsRevoked'
>;

function contained(event: Measure, meta: EventMeta): Containment {
  switch (event.type) {
    case 'ContainmentOrderChosen':
      return { order: event.order, orderWhy: event.why };
    case 'InstanceDetached': {
      const group = event.group === undefined ? {} : { group: event.group };
      return { detached: { ...group, how: event.how, targets: event.targets } };
    }
    case 'InstanceProtected':
      return { protection: { termination: event.termination, stop: event.stop } };
    case 'InstanceIsolated':
      return {
        isolated: { group: event.group, interfaces: event.interfaces, residual: event.residual, at: meta.at },
      };
    case 'ProfileSwapped':
      return { profile: { ...(event.from === undefined ? {} : { from: event.from }), to: event.to } };
    case 'SubnetCut':
      return { subnetCut: { acl: event.acl, subnets: event.subnets } };
    case 'SessionsRevoked':
      return { sessionsRevoked: { role: event.role, scope: event.scope, at: meta.at } };
  }
}
