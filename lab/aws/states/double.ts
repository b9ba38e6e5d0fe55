import { StatesError } from '../asl/states-error';
import { dictOf, textOf } from '../platform';
import { type AccessCheck, AwsFault, type Operation, type ServiceDouble } from '../service';
import type { Executions, Run } from './executions';

type Dict = Readonly<Record<string, unknown>>;

type Define = (
  action: string,
  members: readonly string[],
  resource: (input: Dict) => string,
  run: (input: Dict) => object,
) => Operation;

const define: Define = (action, members, resource, run) => ({
  members,
  latencyMs: 15,
  authorize: (input): readonly AccessCheck[] => [
    { action: `states:${action}`, resource: resource(dictOf(input)), context: {} },
  ],
  run: (input) => run(dictOf(input)),
});

/** AWS Step Functions over the runs of a lab. Dates travel as epoch seconds. */
export function statesDouble(executions: Executions): ServiceDouble {
  const operations = {
    ...startOperations(executions),
    ...executionOperations(executions),
    ...taskOperations(executions),
  };
  return { name: 'states', protocol: 'json-1.0', operations };
}

function startOperations(executions: Executions): Readonly<Record<string, Operation>> {
  const machine = (input: Dict): string => textOf(input.stateMachineArn);
  const listMembers = ['stateMachineArn', 'statusFilter', 'maxResults', 'nextToken'];
  return {
    StartExecution: define('StartExecution', ['stateMachineArn', 'name', 'input', 'traceHeader'], machine, (input) => {
      const run = executions.start(machine(input), textOf(input.name) || undefined, textOf(input.input, '{}'));
      return { executionArn: run.arn, startDate: run.startedAt / 1000 };
    }),
    ListExecutions: define('ListExecutions', listMembers, machine, (input) => ({
      executions: listed(executions.all(), input),
    })),
  };
}

function executionOperations(executions: Executions): Readonly<Record<string, Operation>> {
  const arn = (input: Dict): string => textOf(input.executionArn);
  const historyMembers = ['executionArn', 'maxResults', 'nextToken', 'reverseOrder', 'includeExecutionData'];
  return {
    DescribeExecution: define('DescribeExecution', ['executionArn', 'includedData'], arn, (input) =>
      describe(executions.find(arn(input))),
    ),
    StopExecution: define('StopExecution', ['executionArn', 'error', 'cause'], arn, (input) => {
      const [error, cause] = [textOf(input.error) || undefined, textOf(input.cause) || undefined];
      return { stopDate: executions.stop(arn(input), error, cause) / 1000 };
    }),
    GetExecutionHistory: define('GetExecutionHistory', historyMembers, arn, (input) =>
      history(executions.find(arn(input)), input),
    ),
  };
}

/** Answers to parked tasks. The actions name no resource: any token may be answered by who may answer at all. */
function taskOperations(executions: Executions): Readonly<Record<string, Operation>> {
  const anything = (): string => '*';
  const token = (input: Dict): string => textOf(input.taskToken);
  return {
    SendTaskSuccess: define('SendTaskSuccess', ['taskToken', 'output'], anything, (input) => {
      executions.answer(token(input), (one) =>
        jsonOutput(() => one.sendTaskSuccess(token(input), textOf(input.output))),
      );
      return {};
    }),
    SendTaskFailure: define('SendTaskFailure', ['taskToken', 'error', 'cause'], anything, (input) => {
      const [error, cause] = [textOf(input.error) || undefined, textOf(input.cause) || undefined];
      executions.answer(token(input), (one) => one.sendTaskFailure(token(input), error, cause));
      return {};
    }),
    SendTaskHeartbeat: define('SendTaskHeartbeat', ['taskToken'], anything, (input) => {
      executions.answer(token(input), (one) => one.sendTaskHeartbeat(token(input)));
      return {};
    }),
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
