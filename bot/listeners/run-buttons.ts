import type { App } from '@slack/bolt';
import { Refusal } from '../../core/errors';
import { parseIncidentId } from '../../core/incident/ids';
import { ACTION, ROOT_SLOT } from '../action-ids';
import type { Bot } from '../bot';
import { callerOf, permit } from '../caller';
import type { Ask, Reply } from '../commands/ask';
import { HANDLERS } from '../commands/handlers';
import { loadIncident } from '../commands/incident-of';
import { answering, askIds, type Log, runCommand } from '../commands/run-command';
import type { CommandPath } from '../commands/table';
import { releaseModal, skeletonModal } from '../views/modals';
import { clickedMessage, identityIn, mustBeOurApp, textAt } from './payloads';
import { asModal, type Views } from './show-reply';

/** Each button of the card is a command of the table, said by whoever clicks. */
const COMMANDS: Readonly<Record<string, CommandPath>> = {
  [ACTION.pause]: 'forensics pause',
  [ACTION.resume]: 'forensics resume',
  [ACTION.abort]: 'forensics abort',
  [ACTION.start]: 'forensics start',
  [ACTION.group]: 'group',
  [ACTION.show]: 'show',
};

async function clicked(bot: Bot, body: unknown, ids: Pick<Ask, 'commandId' | 'correlation'>): Promise<Reply> {
  mustBeOurApp(bot, body);
  const incident = parseIncidentId(textAt(body, 'actions', '0', 'value') ?? '');
  const action = textAt(body, 'actions', '0', 'action_id') ?? '';
  if (incident === undefined) {
    throw new Refusal('click.unreadable', 'That button carries nothing Cordon wrote; nothing was changed.');
  }
  const message = clickedMessage(body);
  if (message) {
    const root = await bot.messages.find(incident, ROOT_SLOT);
    if (root?.channel !== message.channel || root.ts !== message.ts) {
      throw new Refusal(
        'click.other-message',
        `That button is not on the card of ${incident}; nothing was changed.`,
        'Use the card itself.',
      );
    }
  }
  const caller = await callerOf(bot, identityIn(body));
  if (action === ACTION.release) {
    permit(bot, caller, 'release');
    return {
      kind: 'modal',
      view: releaseModal(await loadIncident(bot, incident)),
      otherwise: { text: '', blocks: [] },
    };
  }
  const path = COMMANDS[action];
  if (path === undefined)
    throw new Refusal('click.unknown', 'That button is none Cordon knows any more; nothing was changed.');
  const place = message ? { channel: message.channel } : {};
  return HANDLERS[path]({ command: { path, incident, dryRun: false }, caller, place, ...ids }, bot);
}

/** Buttons of the card and of App Home. */
export function listenToRunButtons(app: App, bot: Bot, views: Views, log: Log): void {
  app.action(/^(?:run-(?:pause|resume|abort|start|group)|incident-(?:release|show))$/, async ({ ack, body }) => {
    const trigger = textAt(body, 'trigger_id') ?? '';
    const ids = askIds(`${textAt(body, 'actions', '0', 'action_ts') ?? ''} ${trigger}`);
    const about = { click: textAt(body, 'actions', '0', 'action_id'), user: identityIn(body).user };
    const opening = views.open(trigger, skeletonModal()).catch(() => undefined);
    const reply = await answering(ids.correlation, log, about, () => clicked(bot, body, ids));
    const viewId = await opening;
    if (viewId !== undefined) await views.update(viewId, asModal(reply)).catch(() => undefined);
    await ack();
  });
}

/** "This one": the command that asked which incident, now naming one, through the same parser. */
export function listenToPicks(app: App, bot: Bot, views: Views, log: Log): void {
  app.action(/^incident-pick-/, async ({ ack, body }) => {
    const trigger = textAt(body, 'trigger_id') ?? '';
    const channel = clickedMessage(body)?.channel;
    const reply = await runCommand(bot, log, textAt(body, 'actions', '0', 'value') ?? '', {
      identity: identityIn(body),
      place: channel ? { channel } : {},
      unique: trigger,
    });
    await views.open(trigger, asModal(reply)).catch(() => undefined);
    await ack();
  });
}
