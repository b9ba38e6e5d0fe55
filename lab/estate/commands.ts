import { AwsFault } from '../aws/service';
import type { Command, CommandStatus, Document, Invocation } from './command-types';
import { after, ec2Arn, emit, note, now } from './estate';
import type { Instance } from './machine-types';
import { reachesSsm } from './reach';
import type { CommandResult, Estate } from './types';

export function findDocument(estate: Estate, name: string | undefined): Document {
  const document = name === undefined ? undefined : estate.documents.get(name);
  if (document === undefined) throw new AwsFault('InvalidDocument', `Document with name ${name ?? ''} does not exist.`);
  return document;
}

/** What SSM checks before it sends: unknown names, missing values, allowedPattern (anchored as in Java's matches). */
export function checkParameters(document: Document, given: Readonly<Record<string, readonly string[]>>): void {
  const declared = document.content.parameters ?? {};
  for (const [name, values] of Object.entries(given)) {
    const parameter = declared[name];
    if (parameter === undefined) throw invalid(`Parameter "${name}" is not declared in ${document.name}.`);
    for (const value of values) {
      const pattern = parameter.allowedPattern;
      if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value)) {
        throw invalid(`Parameter "${name}" does not match its allowedPattern ${pattern}.`);
      }
      if (parameter.maxChars !== undefined && value.length > parameter.maxChars) {
        throw invalid(`Parameter "${name}" is longer than ${parameter.maxChars} characters.`);
      }
      if (parameter.allowedValues !== undefined && !parameter.allowedValues.includes(value)) {
        throw invalid(`Parameter "${name}" is not one of its allowed values.`);
      }
    }
  }
  for (const [name, parameter] of Object.entries(declared)) {
    if (parameter.default === undefined && !(name in given))
      throw invalid(`Parameter "${name}" is required by ${document.name}.`);
  }
}

function invalid(message: string): AwsFault {
  return new AwsFault('InvalidParameters', message);
}

/** SendCommand: an instance without agent or not running is InvalidInstanceId; one that cannot be reached waits. */
export function sendCommand(
  estate: Estate,
  wanted: {
    document: string;
    instances: readonly string[];
    parameters: Readonly<Record<string, readonly string[]>>;
    comment: string;
    deliverySeconds: number;
  },
): Command {
  checkParameters(findDocument(estate, wanted.document), wanted.parameters);
  const instances = wanted.instances.map((id) => managed(estate, id));
  const command: Command = {
    id: estate.ids.uuid('command'),
    account: estate.parts.account,
    document: wanted.document,
    comment: wanted.comment,
    parameters: wanted.parameters,
    requestedAt: now(estate),
    deliveryTimeoutMs: wanted.deliverySeconds * 1000,
    invocations: instances.map((instance) => newInvocation(instance.id)),
  };
  estate.commands.set(command.id, command);
  note(estate, 'SendCommand', `${command.document} ${wanted.instances.join(',')}`);
  for (const [index, instance] of instances.entries()) {
    const invocation = command.invocations[index];
    if (invocation !== undefined) deliver(estate, command, invocation, instance);
  }
  return command;
}

function managed(estate: Estate, id: string): Instance {
  const instance = estate.instances.get(id);
  if (instance === undefined || instance.agent === 'none' || instance.state !== 'running') {
    throw new AwsFault(
      'InvalidInstanceId',
      `Instances [[${id}]] not in a valid state for account ${estate.parts.account}`,
    );
  }
  return instance;
}

function newInvocation(instance: string): Invocation {
  return {
    instance,
    status: 'Pending',
    details: 'Pending',
    startedAt: undefined,
    endedAt: undefined,
    exitCode: -1,
    output: '',
    errorOutput: '',
  };
}

/** The agent polls: it takes the command as soon as it gets through, or the delivery times out. */
function deliver(estate: Estate, command: Command, invocation: Invocation, instance: Instance): void {
  const { commandDeliver } = estate.parts.durations;
  after(estate, commandDeliver, `deliver/${command.id}`, () => {
    if (invocation.status !== 'Pending') return;
    if (reachesSsm(estate, instance)) return begin(estate, command, invocation, instance);
    if (now(estate) - command.requestedAt >= command.deliveryTimeoutMs) {
      return settle(estate, command, invocation, 'TimedOut', 'Delivery Timed Out');
    }
    deliver(estate, command, invocation, instance);
  });
}

function begin(estate: Estate, command: Command, invocation: Invocation, instance: Instance): void {
  invocation.startedAt = now(estate);
  settle(estate, command, invocation, 'InProgress', 'InProgress');
  const work = { estate, instance, command, reachable: () => reachesSsm(estate, instance) };
  estate.parts
    .executor()
    .run(work)
    .then(
      (result) => finish(estate, command, invocation, result),
      (error: unknown) =>
        finish(estate, command, invocation, { status: 'Failed', exitCode: 1, output: '', errorOutput: String(error) }),
    );
}

function finish(estate: Estate, command: Command, invocation: Invocation, result: CommandResult): void {
  if (invocation.status !== 'InProgress') return;
  invocation.exitCode = result.exitCode;
  invocation.output = result.output;
  invocation.errorOutput = result.errorOutput;
  settle(
    estate,
    command,
    invocation,
    result.status,
    result.status === 'TimedOut' ? 'Execution Timed Out' : result.status,
  );
}

export function cancelCommand(estate: Estate, command: Command): void {
  note(estate, 'CancelCommand', command.id);
  for (const invocation of command.invocations) {
    if (invocation.status === 'Pending' || invocation.status === 'InProgress') {
      settle(estate, command, invocation, 'Cancelled', 'Cancelled');
    }
  }
}

/** Systems Manager user guide, "Monitoring Systems Manager status changes": one event for each status. */
function settle(
  estate: Estate,
  command: Command,
  invocation: Invocation,
  status: CommandStatus,
  details: string,
): void {
  invocation.status = status;
  invocation.details = details;
  if (status !== 'Pending' && status !== 'InProgress') invocation.endedAt = now(estate);
  const arn = ec2Arn(estate, 'instance', invocation.instance);
  emit(estate, 'aws.ssm', 'EC2 Command Invocation Status-change Notification', [arn], {
    'command-id': command.id,
    'document-name': command.document,
    'instance-id': invocation.instance,
    'requested-date-time': new Date(command.requestedAt).toISOString(),
    status,
  });
}

/** The status of a command is that of its invocations: here one instance each. */
export function statusOf(command: Command): CommandStatus {
  return command.invocations.find((one) => one.status !== 'Success')?.status ?? 'Success';
}
