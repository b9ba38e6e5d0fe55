import type { App } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import type { Bot } from '../bot';
import { type Log, runCommand } from '../commands/run-command';
import type { Views } from './show-reply';

/** `/ir …`: the answer goes to the one who typed it; a modal opens by the command's own trigger. */
export function listenToCommand(app: App, bot: Bot, views: Views, log: Log): void {
  app.command('/ir', async ({ command, ack }) => {
    const reply = await runCommand(bot, log, command.text, {
      identity: { user: command.user_id, team: command.team_id },
      place: { channel: command.channel_id },
      unique: command.trigger_id,
    });
    if (reply.kind === 'modal') {
      const opened = await views.open(command.trigger_id, reply.view).catch(() => undefined);
      if (opened !== undefined) return ack();
    }
    const said = reply.kind === 'say' ? reply.said : reply.otherwise;
    await ack({ response_type: 'ephemeral', text: said.text, blocks: [...said.blocks] as KnownBlock[] });
  });
}
