import type { App } from '@slack/bolt';
import { SHORTCUT } from '../action-ids';
import type { Bot } from '../bot';
import type { Log } from '../commands/run-command';
import { attachModal, startModal } from '../views/modals';
import { clickedMessage, textAt } from './payloads';
import type { Views } from './show-reply';

/** "Attach to incident" on a message, and "Start a response" from anywhere: both open a form and change nothing yet. */
export function listenToShortcuts(app: App, bot: Bot, views: Views, log: Log): void {
  app.shortcut({ callback_id: SHORTCUT.attach, type: 'message_action' }, async ({ ack, body }) => {
    const channel = textAt(body, 'channel', 'id') ?? clickedMessage(body)?.channel;
    const thread = textAt(body, 'message', 'thread_ts') ?? textAt(body, 'message', 'ts');
    const likely = channel && thread ? await bot.messages.incidentOf(channel, thread) : undefined;
    const author = textAt(body, 'message', 'user') ?? 'unknown';
    const said = `${author} at ${textAt(body, 'message', 'ts') ?? ''}: ${textAt(body, 'message', 'text') ?? ''}`;
    await open(views, log, textAt(body, 'trigger_id'), () => attachModal(said, likely));
    await ack();
  });
  app.shortcut({ callback_id: SHORTCUT.start, type: 'shortcut' }, async ({ ack, body }) => {
    const playbook = bot.rulebook.playbooks.find((known) => known.action === 'respond');
    await open(views, log, textAt(body, 'trigger_id'), () => startModal(playbook?.name ?? 'none'));
    await ack();
  });
}

async function open(views: Views, log: Log, trigger: string | undefined, view: () => Parameters<Views['open']>[1]) {
  if (trigger === undefined) return;
  await views.open(trigger, view()).catch(() => log({ level: 'error', message: 'a form did not open' }));
}
