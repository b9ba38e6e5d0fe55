import {
  GetCommandInvocationCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { NeedsHuman } from '../../errors';
import { COMMAND_STATES, type CommandRunner } from '../../ports/command-runner';
import { awsErrorName, calling, everyPage, orElse } from './aws-call';
import { readAgent } from './estate-reader';
import type { ClientAt } from './places';

/** Seconds SSM may take to deliver the command; the execution's own limit is in the document (forensics F32). */
const DELIVERY_SECONDS = 120;
const UNREACHABLE = ['InvalidInstanceId', 'UnsupportedPlatformType'];

/** CommandRunner over SSM. The intent travels as the comment: that is how a command is found again. */
export function awsCommandRunner(ssmAt: ClientAt<SSMClient>): CommandRunner {
  return {
    async online(key) {
      return (await readAgent(ssmAt(key), key.instance)).ping === 'online';
    },
    async find(key, intent) {
      const commands = await everyPage((token) =>
        calling('ssm ListCommands', async () => {
          const page = await ssmAt(key).send(
            new ListCommandsCommand({ InstanceId: key.instance, ...(token ? { NextToken: token } : {}) }),
          );
          return { items: page.Commands ?? [], next: page.NextToken };
        }),
      );
      return commands.find((command) => command.Comment === intent)?.CommandId;
    },
    async send(key, command) {
      const parameters = Object.entries(command.parameters).map(([name, value]) => [name, [value]]);
      const send = new SendCommandCommand({
        InstanceIds: [key.instance],
        DocumentName: command.document,
        Comment: command.intent,
        TimeoutSeconds: DELIVERY_SECONDS,
        Parameters: Object.fromEntries(parameters),
      });
      try {
        const answer = await calling('ssm SendCommand', () => ssmAt(key).send(send), UNREACHABLE);
        const id = answer.Command?.CommandId;
        if (id === undefined) throw new NeedsHuman('SSM named no command after SendCommand.');
        return { status: 'sent', command: id };
      } catch (error) {
        if (!UNREACHABLE.includes(awsErrorName(error))) throw error;
        return { status: 'unreachable', why: 'SSM cannot reach an agent on the instance' };
      }
    },
    async status(key, command) {
      const get = new GetCommandInvocationCommand({ CommandId: command, InstanceId: key.instance });
      const found = await orElse('ssm GetCommandInvocation', ['InvocationDoesNotExist'], undefined, () =>
        ssmAt(key).send(get),
      );
      if (found === undefined) return undefined;
      return {
        command,
        state: COMMAND_STATES.find((state) => state === found.Status) ?? 'InProgress',
        detail: found.StatusDetails ?? '',
        exitCode: found.ResponseCode ?? -1,
        output: found.StandardOutputContent ?? '',
      };
    },
  };
}
