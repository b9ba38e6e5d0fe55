import type { App } from '@slack/bolt';
import { describeError } from '../../core/errors';
import { replay } from '../../core/incident/evolve';
import { rolesOf } from '../../core/policy/authorize';
import type { Bot } from '../bot';
import { callerOf } from '../caller';
import type { Log } from '../commands/run-command';
import { homeBlocks } from '../views/home';
import { textAt } from './payloads';
import type { Views } from './show-reply';

/** Home shows the newest so many; `/ir list` shows more. */
const SHOWN = 20;

/** Opening App Home publishes it anew, for that person. */
export function listenToHome(app: App, bot: Bot, views: Views, log: Log): void {
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    try {
      const team = textAt(body, 'team_id');
      const caller = await callerOf(bot, { user: event.user, ...(team ? { team } : {}) });
      const [listed, halted] = await Promise.all([bot.incidents.open(SHOWN), bot.killSwitch.halted()]);
      const ledgers = await Promise.all(listed.map((row) => bot.ledger.read(row.incident)));
      const incidents = ledgers.flatMap((rows) => replay(rows) ?? []);
      const { policy } = bot.rulebook;
      const { person } = caller;
      const roles = person ? rolesOf(policy, person, caller.members) : [];
      const now = bot.clock.now().toISOString();
      await views.publishHome(event.user, homeBlocks({ policy, person, roles, incidents, halted, now }));
    } catch (error) {
      log({ level: 'error', message: 'Home was not published', user: event.user, error: describeError(error) });
    }
  });
}
