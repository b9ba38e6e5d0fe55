import type { IncidentUse } from '../../core/cost/cost';
import type { Commit, IncidentEvent } from '../../core/incident/events';
import type { CallRow } from '../../lab/aws/recorder';
import type { Run } from '../../lab/aws/states/executions';

/** A small server: what a drill cannot measure, since its victim has no bytes of its own. */
export const MACHINE = { diskGigabytes: 30, memoryGigabytes: 4 };
/** The safety net runs whether or not there is an incident: it is in the idle month. */
const ALWAYS = 'reconcile';
const WRITES = /^(Put|Update|Delete|Create|Copy|Upload|Complete|Transact)/;

/** What one drill used, from its call log, its executions and its ledger. */
export function useOf(calls: readonly CallRow[], runs: readonly Run[], rows: readonly Commit[]): IncidentUse {
  const ours = calls.filter((call) => call.function !== ALWAYS && call.allowed);
  const count = (service: string, writes?: boolean): number =>
    ours.filter((call) => call.service === service && (writes === undefined || WRITES.test(call.operation) === writes))
      .length;
  const entered = runs.flatMap(({ events }) => events.filter((event) => event.stateEnteredEventDetails !== undefined));
  const invocations = new Set(
    ours.flatMap(({ call }) => (call === null ? [] : [call.split('/').slice(0, 2).join('/')])),
  );
  return {
    dynamoWrites: count('dynamodb', true),
    dynamoReads: count('dynamodb', false),
    s3Writes: count('s3', true),
    s3Reads: count('s3', false),
    kmsRequests: count('kms'),
    secretReads: count('secretsmanager'),
    queueRequests: count('sqs'),
    transitions: entered.length,
    invocations: invocations.size,
    forensicHours: (at(rows, 'CleanedUp') - at(rows, 'ForensicInstanceLaunched')) / 3_600_000,
    endpoints: ours.filter(({ operation, outcome }) => operation === 'CreateVpcEndpoint' && outcome === 'ok').length,
    zones: 2,
    ...MACHINE,
  };
}

function at(rows: readonly Commit[], type: IncidentEvent['type']): number {
  const row = rows.find(({ events }) => events.some((event) => event.type === type));
  if (row === undefined) throw new Error(`The drill has no ${type}: it used no forensic instance.`);
  return Date.parse(row.at);
}
