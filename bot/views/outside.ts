import type { OutsideAnswer } from '../../core/incident/events';
import { foreign, link, type Mrkdwn, md } from './mrkdwn';
import { listed } from './words';

/** ` and on GitHub by octocat (the run)`: who answered outside Slack; `also` when persons here did as well. */
export function onGithub(answer: OutsideAnswer, also: boolean): Mrkdwn {
  const by = foreign(listed(answer.by) || 'a reviewer', 120);
  const run = answer.runUrl === '' ? md`` : md` (${link(answer.runUrl, 'the run')})`;
  return md`${also ? ' and' : ''} on GitHub by ${by}${run}`;
}
