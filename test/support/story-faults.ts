import type { ScriptedFault } from '../../lab/aws/faults';
import type { CallRow } from '../../lab/aws/recorder';
import type { DeskOptions } from '../../lab/desk/desk';

/** Kills of one function in one story: more would only repeat what redelivery and retries already did. */
const KILLS_PER_FUNCTION = 3;

/**
 * Kills every other invocation of every function right after its nth call took effect (for a handler that makes one call
 * after the other that is also right before the next). The Slack edge is left out: nobody redelivers a click.
 */
export function killAfterCall(n: number, killed: string[] = []): NonNullable<DeskOptions['crash']> {
  const counts = new Map<string, number>();
  return ({ id }) => {
    const [name = '', sequence = '', call = ''] = id.split('/');
    const count = counts.get(name) ?? 0;
    if (name === 'slack' || Number(call) !== n || Number(sequence) % 2 === 0 || count >= KILLS_PER_FUNCTION)
      return undefined;
    counts.set(name, count + 1);
    killed.push(id);
    return 'after';
  };
}

/** Operations that change something, by the services whose answers get lost. */
const CHANGING: Readonly<Record<string, RegExp>> = {
  ec2: /^(?!Describe|Get)/,
  ssm: /^SendCommand$/,
  s3: /^(Put|Create|Complete|Upload)/,
  states: /^(Start|Send|Stop)/,
  dynamodb: /^(Put|Update|Delete|Transact)/,
  autoscaling: /^(?!Describe)/,
  elasticloadbalancing: /^(Register|Deregister)/,
};

/** Every changing operation that a golden run makes. */
export function changingOperations(rows: readonly CallRow[]): readonly { service: string; operation: string }[] {
  const names = rows
    .filter(({ service, operation }) => CHANGING[service]?.test(operation) === true)
    .map(({ service, operation }) => `${service} ${operation}`);
  return [...new Set(names)].sort().map((name) => {
    const [service = '', operation = ''] = name.split(' ');
    return { service, operation };
  });
}

/** The answer to the nth call of each operation is lost after it took effect. */
export function lostAnswers(
  operations: readonly { service: string; operation: string }[],
  nth: number,
): readonly ScriptedFault[] {
  return operations.map((one) => ({ ...one, nth, kind: 'timeout-after' as const }));
}
