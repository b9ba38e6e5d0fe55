import { currentRun, type Incident } from '../../core/incident/incident';
import { type CardContext, card, waitingLine } from './card';
import { stateInWords, titleOf } from './card-facts';
import { code, type Mrkdwn, md } from './mrkdwn';
import { progressList } from './progress';
import type { Rendered } from './render';
import { answer } from './replies';
import { ending } from './tellers';

/** Where a run stands and what it waits for. */
export function status(incident: Incident, at: CardContext): Rendered {
  const run = currentRun(incident);
  const lines: Mrkdwn[] = [md`${code(incident.id)} ${ending(titleOf(incident), 160)}: *${stateInWords(incident)}*.`];
  const progress = progressList(incident, at.now);
  if (run === undefined) lines.push(md`No run was asked for. ${code('/ir forensics start')} starts one.`);
  else lines.push(md`Run ${run.run} (${run.purpose}): ${run.state}${run.result ? md`, ${run.result}` : md``}.`);
  if (progress) lines.push(progress);
  const waiting = waitingLine(incident, at.names);
  if (waiting) lines.push(waiting);
  return answer(lines);
}

/** The card as it would be now, without its buttons: they belong to the root message. */
export function show(incident: Incident, at: CardContext): Rendered {
  const full = card(incident, at);
  return { text: full.text, blocks: full.blocks.filter((block) => block.type !== 'actions') };
}
