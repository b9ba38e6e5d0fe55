import { StatesError } from '../asl/states-error';
import { dictOf, textOf } from '../platform';
import { type AccessCheck, AwsFault, type Operation, type ServiceDouble } from '../service';
import type { Executions, Run } from './executions';

type Dict = Readonly<Record<string, unknown>>;

/** AWS Step Functions over the runs of a lab. Dates travel as epoch seconds. */
export function statesDouble(executions: Executions): ServiceDouble {
  const operation = (
    action: string,
    members: readonly string[],
    resource: (input: Dict) => string,
    run: (input: Dict) => object,
  ): Operation => ({
    members,
    latencyMs: 15,
    authorize: (input): readonly AccessCheck[] => [
      { action: `states:${action}`, resource: resource(dictOf(input)), context: {} },
    ],
    run: (input) => run(dictOf(input)),
  });
  const execution = (input: Dict): string => textOf(input.executionArn);
  const anything = (): string => '*';
  const machine = (input: Dict): string => textOf(input.stateMachineArn);

  return {
    name: 'states',
    protocol: 'json-1.0',
    operations: {
      StartExecution: operation(
        'StartExecution',
        ['stateMachineArn', 'name', 'input', 'traceHeader'],
        machine,
        (input) => {
          const run = executions.start(machine(input), textOf(input.name) || undefined, textOf(input.input, '{}'));
          return { executionArn: run.arn, startDate: run.startedAt / 1000 };
        },
      ),
      DescribeExecution: operation('DescribeExecution', ['executionArn', 'includedData'], execution, (input) =>
        describe(executions.find(execution(input))),
      ),
      StopExecution: operation('StopExecution', ['executionArn', 'error', 'cause'], execution, (input) => ({
        stopDate:
          executions.stop(execution(input), textOf(input.error) || undefined, textOf(input.cause) || undefined) / 1000,
      })),
      GetExecutionHistory: operation(
        'GetExecutionHistory',
        ['executionArn', 'maxResults', 'nextToken', 'reverseOrder', 'includeExecutionData'],
        execution,
        (input) => history(executions.find(execution(input)), input),
      ),
      ListExecutions: operation(
        'ListExecutions',
        ['stateMachineArn', 'statusFilter', 'maxResults', 'nextToken'],
        machine,
        (input) => ({ executions: listed(executions.all(), input) }),
      ),
      SendTaskSuccess: operation('SendTaskSuccess', ['taskToken', 'output'], anything, (input) => {
        executions.answer(textOf(input.taskToken), (one) =>
          jsonOutput(() => one.sendTaskSuccess(textOf(input.taskToken), textOf(input.output))),
        );
        return {};
      }),
      SendTaskFailure: operation('SendTaskFailure', ['taskToken', 'error', 'cause'], anything, (input) => {
        const [error, cause] = [textOf(input.error) || undefined, textOf(input.cause) || undefined];
        executions.answer(textOf(input.taskToken), (one) => one.sendTaskFailure(textOf(input.taskToken), error, cause));
        return {};
      }),
      SendTaskHeartbeat: operation('SendTaskHeartbeat', ['taskToken'], anything, (input) => {
        executions.answer(textOf(input.taskToken), (one) => one.sendTaskHeartbeat(textOf(input.taskToken)));
        return {};
      }),
    },
  };
}

function jsonOutput<T>(send: () => T): T {
  try {
    return send();
  } catch (error) {
    if (error instanceof StatesError) throw new AwsFault('InvalidOutput', `Invalid Output: '${error.message}'`);
    throw error;
  }
}

/** DescribeExecution's answer. */
export function describe(run: Run): Record<string, unknown> {
  const { machine, versionArn, aliasArn } = run.reference;
  const { result } = run;
  return {
    executionArn: run.arn,
    stateMachineArn: machine.arn,
    name: run.name,
    status: result?.status ?? 'RUNNING',
    startDate: run.startedAt / 1000,
    input: run.input,
    ...(versionArn === undefined ? {} : { stateMachineVersionArn: versionArn }),
    ...(aliasArn === undefined ? {} : { stateMachineAliasArn: aliasArn }),
    ...(result === undefined ? {} : { stopDate: result.stopDate / 1000 }),
    ...(result?.status === 'SUCCEEDED' ? { output: result.output } : {}),
    ...(result !== undefined && 'error' in result ? { error: result.error, cause: result.cause } : {}),
  };
}

function history(run: Run, input: Dict): object {
  const ordered = input.reverseOrder === true ? [...run.events].reverse() : run.events;
  const start = Number(textOf(input.nextToken, '0'));
  const end = start + Math.min(1000, Number(input.maxResults ?? 1000));
  return { events: ordered.slice(start, end), ...(end < ordered.length ? { nextToken: String(end) } : {}) };
}

function listed(runs: readonly Run[], input: Dict): readonly object[] {
  const wanted = textOf(input.stateMachineArn);
  return runs
    .filter((run) => [run.reference.machine.arn, run.reference.aliasArn, run.reference.versionArn].includes(wanted))
    .map(describe)
    .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
    .map(({ input: _input, output: _output, ...row }) => row)
    .reverse();
}
