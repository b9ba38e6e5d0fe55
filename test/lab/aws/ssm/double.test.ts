import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  GetParameterCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { ssmDouble } from '../../../../lab/aws/ssm/double';
import { addDocument } from '../../../../lab/estate/install';
import { createGroup, setGroups } from '../../../../lab/estate/network';
import type { CommandExecutor } from '../../../../lab/estate/types';
import { closeServers, type EstateLab, estateLab } from '../estate-lab';

afterEach(closeServers);

const DocumentName = 'Cordon-Test';
const executor: CommandExecutor = {
  run: async ({ command }) => ({
    status: 'Success',
    exitCode: 0,
    output: command.parameters.Incident?.[0] ?? '',
    errorOutput: '',
  }),
};

async function ssmLab(options: Parameters<typeof estateLab>[1] = {}) {
  const lab = await estateLab(ssmDouble, options, { executor });
  addDocument(lab.estate, DocumentName, {
    parameters: { Incident: { type: 'String', allowedPattern: '^IR-[A-Z2-7]{8}$' } },
  });
  const send = (Incident: string, TimeoutSeconds = 120) =>
    new SendCommandCommand({
      DocumentName,
      InstanceIds: [lab.instance.id],
      Parameters: { Incident: [Incident] },
      Comment: 'intent',
      TimeoutSeconds,
    });
  return { lab, client: new SSMClient(lab.server.config), send };
}

function cutOff(lab: EstateLab): void {
  const group = createGroup(lab.estate, { name: 'isolation', description: '', vpc: lab.instance.vpc, tags: new Map() });
  group.rules = [];
  for (const id of lab.instance.interfaces) setGroups(lab.estate, lab.estate.interfaces.get(id)!, [group.id]);
}

describe('the SSM double', () => {
  it('runs a document, hides the invocation at first, and tells every status', async () => {
    const { lab, client, send } = await ssmLab();
    const sent = await client.send(send('IR-ABCDEFGH'));
    const CommandId = sent.Command?.CommandId;
    const get = new GetCommandInvocationCommand({ CommandId, InstanceId: lab.instance.id });
    await expect(client.send(get)).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
    await lab.pass(10_000);
    expect(await client.send(get)).toMatchObject({
      Status: 'Success',
      ResponseCode: 0,
      StandardOutputContent: 'IR-ABCDEFGH',
    });
    const list = await client.send(new ListCommandsCommand({ InstanceId: lab.instance.id }));
    expect(list.Commands).toMatchObject([{ CommandId, Comment: 'intent', Status: 'Success' }]);
    const told = lab.events.filter(
      (event) => event['detail-type'] === 'EC2 Command Invocation Status-change Notification',
    );
    expect(told.map((event) => event.detail.status)).toEqual(['InProgress', 'Success']);
    expect(told[0]?.detail['command-id']).toBe(CommandId);
  });

  it.each(['IR-abc', 'IR-ABCDEFGH; rm -rf /', '$(id)', 'IR-ABCDEFGH\n'])(
    'refuses the parameter %j by its pattern',
    async (value) => {
      const { client, send } = await ssmLab();
      await expect(client.send(send(value))).rejects.toMatchObject({ name: 'InvalidParameters' });
    },
  );

  it('refuses an unknown document, and an instance without agent', async () => {
    const { lab, client } = await ssmLab();
    const unknown = new SendCommandCommand({ DocumentName: 'AWS-RunShellScript', InstanceIds: [lab.instance.id] });
    await expect(client.send(unknown)).rejects.toMatchObject({ name: 'InvalidDocument' });
    const bare = await ssmLab({ agent: 'none' });
    await expect(bare.client.send(bare.send('IR-ABCDEFGH'))).rejects.toMatchObject({ name: 'InvalidInstanceId' });
    const listed = (await bare.client.send(new DescribeInstanceInformationCommand({}))).InstanceInformationList ?? [];
    expect(listed.map((one) => one.InstanceId)).not.toContain(bare.lab.instance.id);
  });

  it('times out the delivery to an instance that the network cuts off', async () => {
    const { lab, client, send } = await ssmLab({ reach: 'nat' });
    const online = new DescribeInstanceInformationCommand({
      Filters: [{ Key: 'InstanceIds', Values: [lab.instance.id] }],
    });
    expect((await client.send(online)).InstanceInformationList?.[0]?.PingStatus).toBe('Online');
    cutOff(lab);
    expect((await client.send(online)).InstanceInformationList?.[0]?.PingStatus).toBe('ConnectionLost');
    const sent = await client.send(send('IR-ABCDEFGH', 60));
    await lab.pass(61_000);
    const get = new GetCommandInvocationCommand({ CommandId: sent.Command?.CommandId, InstanceId: lab.instance.id });
    expect(await client.send(get)).toMatchObject({ Status: 'TimedOut', StatusDetails: 'Delivery Timed Out' });
  });

  it('cancels a command that was not delivered yet', async () => {
    const { lab, client, send } = await ssmLab();
    const { Command } = await client.send(send('IR-ABCDEFGH'));
    await client.send(new CancelCommandCommand({ CommandId: Command?.CommandId }));
    await lab.pass(10_000);
    const list = await client.send(new ListCommandsCommand({ CommandId: Command?.CommandId }));
    expect(list.Commands?.[0]?.Status).toBe('Cancelled');
  });

  it('reads parameters', async () => {
    const { lab, client } = await ssmLab();
    lab.estate.parameters.set('/cordon/image', 'ami-1');
    expect((await client.send(new GetParameterCommand({ Name: '/cordon/image' }))).Parameter?.Value).toBe('ami-1');
    await expect(client.send(new GetParameterCommand({ Name: '/none' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });
});
