import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Config } from '../../config';
import { executionName } from '../../incident/ids';
import { canonicalJson } from '../../incident/ledger-row';
import type { WorkflowEngine } from '../../ports/workflow-engine';
import { awsErrorName, calling } from './aws-call';

/** `TaskTimedOut` covers "expired" and "closed already" alike (API reference of SendTaskSuccess). */
const GONE = ['TaskTimedOut', 'TaskDoesNotExist'];

type Machines = Pick<Config, 'RESPOND_MACHINE_ARN' | 'RELEASE_MACHINE_ARN'>;

export function sfnEngine(client: SFNClient, machines: Machines): WorkflowEngine {
  return {
    async start(input) {
      const machine = input.purpose === 'respond' ? machines.RESPOND_MACHINE_ARN : machines.RELEASE_MACHINE_ARN;
      const name = executionName(input.incident, input.run);
      const start = new StartExecutionCommand({ stateMachineArn: machine, name, input: canonicalJson(input) });
      try {
        const started = await calling('start the run', () => client.send(start), ['ExecutionAlreadyExists']);
        return { execution: started.executionArn ?? executionArn(machine, name), joined: false };
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
        const known = await calling('look at the run', () =>
          client.send(new DescribeExecutionCommand({ executionArn: executionArn(machine, name) })),
        );
        return { execution: known.executionArn ?? executionArn(machine, name), joined: true };
      }
    },
    ...sfnAnswers(client),
  };
}

/** Only the answers to parked tasks, for functions that start no runs. */
export function sfnAnswers(client: SFNClient): Pick<WorkflowEngine, 'succeed' | 'fail'> {
  return {
    succeed: (taskToken, output) =>
      answer(() => client.send(new SendTaskSuccessCommand({ taskToken, output: canonicalJson(output) }))),
    // Limits of SendTaskFailure: error 256 characters, cause 32,768.
    fail: (taskToken, error, cause) =>
      answer(() =>
        client.send(
          new SendTaskFailureCommand({ taskToken, error: error.slice(0, 256), cause: cause.slice(0, 32_768) }),
        ),
      ),
  };
}

async function answer(send: () => Promise<unknown>): Promise<'ok' | 'gone'> {
  try {
    await calling('answer a parked task', send, GONE);
    return 'ok';
  } catch (error) {
    if (GONE.includes(awsErrorName(error))) return 'gone';
    throw error;
  }
}

/** `…:stateMachine:NAME:ALIAS` → `…:execution:NAME:EXECUTION` */
function executionArn(machine: string, name: string): string {
  const parts = machine.split(':');
  return [...parts.slice(0, 5), 'execution', parts[6], name].join(':');
}
