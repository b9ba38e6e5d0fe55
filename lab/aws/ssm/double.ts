import type {
  CancelCommandRequest,
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  GetParameterRequest,
  GetParameterResult,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
  ListCommandsRequest,
  ListCommandsResult,
  SendCommandRequest,
  SendCommandResult,
} from '@aws-sdk/client-ssm';
import * as client from '@aws-sdk/client-ssm';
import type { Command, Invocation } from '../../estate/command-types';
import { cancelCommand, findDocument, sendCommand, statusOf } from '../../estate/commands';
import { ec2Arn, partition } from '../../estate/estate';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { page } from '../ec2/listing';
import { type AccessCheck, AwsFault, type Call, type Operation, operation, type ServiceDouble } from '../service';
import { inventoryOperations } from './inventory';

/** Run Command, its inventory and parameters as the product uses them. */
export function ssmDouble(estates: Estates): ServiceDouble {
  return {
    name: 'ssm',
    protocol: 'json-1.1',
    model: client,
    operations: { ...commandOperations(estates), ...inventoryOperations(estates), ...parameterOperations(estates) },
  };
}

/** How long after SendCommand an invocation cannot be seen yet (F32). */
const INVISIBLE_MS = 1000;
/** What GetCommandInvocation shows of an output (F32). */
const MOST_OUTPUT = 24_000;

/** SendCommand asks about the document and about each instance; the instance's tags are `ssm:resourceTag` keys. */
function sendChecks(estate: Estate, input: SendCommandRequest, call: Call): readonly AccessCheck[] {
  const { region, account } = call;
  const name = input.DocumentName ?? '';
  const owner = name.startsWith('AWS-') ? '' : account;
  const document = `arn:${partition(region)}:ssm:${region}:${owner}:document/${name}`;
  const onInstances = (input.InstanceIds ?? []).map((id): AccessCheck => {
    const context: Record<string, string> = {};
    for (const [key, value] of estate.instances.get(id)?.tags ?? []) {
      context[`ssm:resourceTag/${key}`] = value;
      context[`aws:ResourceTag/${key}`] = value;
    }
    return { action: 'ssm:SendCommand', resource: ec2Arn(estate, 'instance', id), context };
  });
  return [{ action: 'ssm:SendCommand', resource: document, context: {} }, ...onInstances];
}

const anyCommand = (action: string) => (): readonly AccessCheck[] => [
  { action: `ssm:${action}`, resource: '*', context: {} },
];

function commandOperations(estates: Estates): Record<string, Operation> {
  return {
    SendCommand: operation<SendCommandRequest, SendCommandResult>(
      ['DocumentName', 'DocumentVersion', 'InstanceIds', 'Parameters', 'Comment', 'TimeoutSeconds'],
      {
        latencyMs: 250,
        authorize: (input, call) => sendChecks(estates.of(call), input, call),
        run(input, call) {
          const estate = estates.of(call);
          findDocument(estate, input.DocumentName);
          // SSM's own limits: a comment of 100 characters, delivery from 30 s to 30 days, an hour by default.
          if ((input.Comment ?? '').length > 100) throw invalid('Comment is longer than 100 characters.');
          const seconds = input.TimeoutSeconds ?? 3600;
          if (seconds < 30 || seconds > 2_592_000) throw invalid(`TimeoutSeconds ${seconds} is out of range.`);
          const command = sendCommand(estate, {
            document: input.DocumentName ?? '',
            instances: input.InstanceIds ?? [],
            parameters: input.Parameters ?? {},
            comment: input.Comment ?? '',
            deliverySeconds: seconds,
          });
          return { Command: renderCommand(command) };
        },
      },
    ),
    ListCommands: operation<ListCommandsRequest, ListCommandsResult>(
      ['CommandId', 'InstanceId', 'MaxResults', 'NextToken'],
      {
        latencyMs: 120,
        authorize: anyCommand('ListCommands'),
        run(input, call) {
          const all = [...estates.of(call).commands.values()]
            .filter((one) => input.CommandId === undefined || one.id === input.CommandId)
            .filter((one) => input.InstanceId === undefined || hasInstance(one, input.InstanceId))
            .reverse();
          // 25 is the default page of the service.
          const { items, next } = page(all, input.MaxResults ?? 25, input.NextToken);
          return { Commands: items.map(renderCommand), ...next };
        },
      },
    ),
    ListCommandInvocations: operation<ListCommandInvocationsRequest, ListCommandInvocationsResult>(
      ['CommandId', 'InstanceId', 'MaxResults', 'NextToken'],
      {
        latencyMs: 120,
        authorize: anyCommand('ListCommandInvocations'),
        run(input, call) {
          const { commands } = estates.of(call);
          if (input.CommandId !== undefined && !commands.has(input.CommandId))
            throw new AwsFault('InvalidCommandId', '');
          const all = [...commands.values()]
            .filter((one) => input.CommandId === undefined || one.id === input.CommandId)
            .flatMap((one) => one.invocations.map((invocation) => renderListed(one, invocation)))
            .filter((row) => input.InstanceId === undefined || row.InstanceId === input.InstanceId)
            .reverse();
          const { items, next } = page(all, input.MaxResults ?? 25, input.NextToken);
          return { CommandInvocations: items, ...next };
        },
      },
    ),
    GetCommandInvocation: operation<GetCommandInvocationRequest, GetCommandInvocationResult>(
      ['CommandId', 'InstanceId', 'PluginName'],
      {
        latencyMs: 90,
        authorize: anyCommand('GetCommandInvocation'),
        run(input, call) {
          const command = estates.of(call).commands.get(input.CommandId ?? '');
          const invocation = command?.invocations.find((one) => one.instance === input.InstanceId);
          if (command === undefined || invocation === undefined || call.now() - command.requestedAt < INVISIBLE_MS) {
            throw new AwsFault('InvocationDoesNotExist', '');
          }
          return renderInvocation(command, invocation);
        },
      },
    ),
    CancelCommand: operation<CancelCommandRequest, object>(['CommandId', 'InstanceIds'], {
      latencyMs: 150,
      authorize: anyCommand('CancelCommand'),
      run(input, call) {
        const estate = estates.of(call);
        const command = estate.commands.get(input.CommandId ?? '');
        if (command === undefined) throw new AwsFault('InvalidCommandId', '');
        cancelCommand(estate, command);
        return {};
      },
    }),
  };
}

function invalid(message: string): AwsFault {
  return new AwsFault('ValidationException', message);
}

function hasInstance(command: Command, instance: string): boolean {
  return command.invocations.some((one) => one.instance === instance);
}

function renderCommand(command: Command): client.Command {
  const parameters = Object.entries(command.parameters).map(([name, values]): [string, string[]] => [
    name,
    [...values],
  ]);
  return {
    CommandId: command.id,
    DocumentName: command.document,
    Comment: command.comment,
    Parameters: Object.fromEntries(parameters),
    InstanceIds: command.invocations.map((one) => one.instance),
    RequestedDateTime: new Date(command.requestedAt),
    Status: statusOf(command),
    StatusDetails: command.invocations[0]?.details ?? '',
    TargetCount: command.invocations.length,
    CompletedCount: command.invocations.filter((one) => one.endedAt !== undefined).length,
  };
}

function renderListed(command: Command, invocation: Invocation): client.CommandInvocation {
  return {
    CommandId: command.id,
    InstanceId: invocation.instance,
    Comment: command.comment,
    DocumentName: command.document,
    RequestedDateTime: new Date(command.requestedAt),
    Status: invocation.status,
    StatusDetails: invocation.details,
  };
}

function renderInvocation(command: Command, invocation: Invocation): GetCommandInvocationResult {
  const time = (at: number | undefined) => (at === undefined ? '' : new Date(at).toISOString());
  return {
    CommandId: command.id,
    InstanceId: invocation.instance,
    Comment: command.comment,
    DocumentName: command.document,
    Status: invocation.status,
    StatusDetails: invocation.details,
    ResponseCode: invocation.exitCode,
    ExecutionStartDateTime: time(invocation.startedAt),
    ExecutionEndDateTime: time(invocation.endedAt),
    StandardOutputContent: invocation.output.slice(0, MOST_OUTPUT),
    StandardErrorContent: invocation.errorOutput.slice(0, MOST_OUTPUT),
  };
}

function parameterOperations(estates: Estates): Record<string, Operation> {
  return {
    GetParameter: operation<GetParameterRequest, GetParameterResult>(['Name', 'WithDecryption'], {
      latencyMs: 60,
      authorize(input, call) {
        const { region, account } = call;
        const name = (input.Name ?? '').replace(/^\//, '');
        const resource = `arn:${partition(region)}:ssm:${region}:${account}:parameter/${name}`;
        return [{ action: 'ssm:GetParameter', resource, context: {} }];
      },
      run(input, call) {
        const value = estates.of(call).parameters.get(input.Name ?? '');
        if (value === undefined) throw new AwsFault('ParameterNotFound', '');
        return { Parameter: { Name: input.Name, Type: 'String', Value: value, Version: 1 } };
      },
    }),
  };
}
