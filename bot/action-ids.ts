import { type IncidentId, parseIncidentId } from '../core/incident/ids';
import { type GateName, isStepGate, isStepName } from '../core/incident/steps';

/** Every button and modal of ours. What is done is decided by these ids and the ledger, never by a button's value. */
export const ACTION = {
  approve: 'gate-approve',
  reject: 'gate-reject',
  retry: 'gate-retry',
  skip: 'gate-skip',
  abortStep: 'gate-abort',
  pause: 'run-pause',
  resume: 'run-resume',
  abort: 'run-abort',
  start: 'run-start',
  group: 'run-group',
  release: 'incident-release',
  show: 'incident-show',
  pick: 'incident-pick',
  explain: 'policy-explain',
} as const;

export const CALLBACK = {
  vote: 'vote-modal',
  release: 'release-modal',
  start: 'start-modal',
  reason: 'reason-modal',
  attach: 'attach-modal',
} as const;

export const SHORTCUT = { attach: 'attach-to-incident', start: 'start-response' } as const;

/** One opening of one gate, as a button carries it: opaque ids, looked up again when they come back. */
export interface GateRef {
  readonly incident: IncidentId;
  readonly gate: GateName;
  readonly opening: number;
  readonly planDigest: string;
}

export function gateRefValue(ref: GateRef): string {
  return [ref.incident, ref.gate, ref.opening, ref.planDigest].join('|');
}

function parseGateName(text: string): GateName | undefined {
  if (isStepGate(text)) return text;
  const step = text.startsWith('failed:') ? text.slice('failed:'.length) : '';
  return isStepName(step) ? `failed:${step}` : undefined;
}

/** Undefined for anything that is not exactly what `gateRefValue` writes. */
export function parseGateRef(value: string): GateRef | undefined {
  const [id = '', name = '', opening = '', planDigest = '', ...rest] = value.split('|');
  const incident = parseIncidentId(id);
  const gate = parseGateName(name);
  if (incident === undefined || gate === undefined || rest.length > 0) return undefined;
  if (!/^[1-9][0-9]{0,5}$/.test(opening) || !/^[0-9a-f]{64}$/.test(planDigest)) return undefined;
  return { incident, gate, opening: Number(opening), planDigest };
}

/** Where the message of one opening of a gate is kept among an incident's Slack messages. */
export function gateSlot(gate: GateName, opening: number): string {
  return `gate/${gate}/${opening}`;
}

export const ROOT_SLOT = 'root';
