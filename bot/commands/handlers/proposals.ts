import { Refusal } from '../../../core/errors';
import { permit } from '../../caller';
import type { Handler } from '../ask';

/** Policy lives in git: what these would change is a file, and who merges it decides. */
const proposal =
  (path: 'protect' | 'suppress', file: string): Handler =>
  async (ask, bot) => {
    permit(bot, ask.caller, path);
    throw new Refusal(
      'proposal.by-hand',
      `This is a change of ${file}; the bot cannot write it from here, and nothing was changed.`,
      `Open a pull request on ${file}${bot.home.repository ? ` in ${bot.home.repository}` : ''}; merging deploys it.`,
    );
  };

export const protect = proposal('protect', 'runbooks/policy.yaml');
export const suppress = proposal('suppress', 'runbooks/playbooks');
