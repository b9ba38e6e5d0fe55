import { createHash } from 'node:crypto';

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

export type IncidentId = Branded<string, 'IncidentId'>;
export type InstanceId = Branded<string, 'InstanceId'>;
export type AccountId = Branded<string, 'AccountId'>;
export type RegionName = Branded<string, 'RegionName'>;
/** Lower-case hex, 64 characters. */
export type Sha256 = Branded<string, 'Sha256'>;
/** A person key of policy.yaml: persons decide, not Slack accounts. */
export type PersonKey = Branded<string, 'PersonKey'>;
export type CommandId = Branded<string, 'CommandId'>;

/** What one incident is about: one instance in one account and region. */
export interface InstanceKey {
  readonly account: AccountId;
  readonly region: RegionName;
  readonly instance: InstanceId;
}

const INSTANCE = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
const ACCOUNT = /^[0-9]{12}$/;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-[0-9]$/;
const INCIDENT = /^(?:IR|FN)-[A-Z2-7]{8}$/;

/** `i-` and 8 or 17 hex digits (EC2's short and long resource ids); anything else is undefined. */
export function parseInstanceId(text: string): InstanceId | undefined {
  return INSTANCE.test(text) ? (text as InstanceId) : undefined;
}

/** Twelve digits. */
export function parseAccountId(text: string): AccountId | undefined {
  return ACCOUNT.test(text) ? (text as AccountId) : undefined;
}

/** Region names as AWS writes them: `eu-west-1`, `us-gov-west-1`. */
export function parseRegion(text: string): RegionName | undefined {
  return REGION.test(text) ? (text as RegionName) : undefined;
}

/** `IR-` (incident) or `FN-` (a finding that is only posted) and 8 base32 characters. */
export function parseIncidentId(text: string): IncidentId | undefined {
  return INCIDENT.test(text) ? (text as IncidentId) : undefined;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** First 8 base32 characters (RFC 4648 alphabet, 40 bits) of a SHA-256. */
function base32Of(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  let bits = 0n;
  for (let i = 0; i < 5; i++) bits = (bits << 8n) | BigInt(digest[i] ?? 0);
  let out = '';
  for (let shift = 35n; shift >= 0n; shift -= 5n) out += BASE32[Number((bits >> shift) & 31n)];
  return out;
}

/** The id of the incident of `generation` (from 1) on an instance. */
export function incidentId(key: InstanceKey, generation: number): IncidentId {
  return `IR-${base32Of(`${key.account}/${key.region}/${key.instance}/${generation}`)}` as IncidentId;
}

/** The ledger id of a finding that is posted and never contained. */
export function noticeId(findingId: string, account: string, region: string): IncidentId {
  return `FN-${base32Of(`${account}/${region}/${findingId}`)}` as IncidentId;
}

/** Execution name: incident id, `-`, run number of the ledger (names stay taken for 90 days). */
export function executionName(incident: IncidentId, run: number): string {
  return `${incident}-${run}`;
}

/** 64 lower-case hex digits. */
export function parseSha256(text: string): Sha256 | undefined {
  return /^[0-9a-f]{64}$/.test(text) ? (text as Sha256) : undefined;
}

export function sha256(data: string | Uint8Array): Sha256 {
  return createHash('sha256').update(data).digest('hex') as Sha256;
}

export function personKey(text: string): PersonKey {
  return text as PersonKey;
}

export function commandId(text: string): CommandId {
  return text as CommandId;
}
