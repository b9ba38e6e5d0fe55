import type { Button } from '@slack/types';
import { activeRun, currentRun, type Incident, isTouched } from '../../core/incident/incident';
import { ACTION } from '../action-ids';
import { button } from './blocks';
import { whereabouts } from './card-facts';
import { md } from './mrkdwn';

/** What may be asked of an incident right now; `decide` refuses the rest, so the card does not offer it. */
export type NextAction = 'pause' | 'resume' | 'abort' | 'start' | 'release';

/** The legal next actions, the safe ones first. Decisions at gates have their own message. */
export function nextActions(incident: Incident): readonly NextAction[] {
  if (incident.status !== 'open' || incident.ending) return [];
  const run = activeRun(incident);
  if (incident.paused) return run && !incident.abort ? ['resume', 'release', 'abort'] : ['resume'];
  if (run) return run.purpose === 'respond' && !incident.abort ? ['pause', 'release', 'abort'] : [];
  const start: readonly NextAction[] = currentRun(incident)?.purpose === 'release' ? [] : ['start'];
  return isTouched(incident) ? [...start, 'release'] : start;
}

function groupButton(incident: Incident, lead: string): Button {
  const label = `Group ${incident.id} under ${lead}`;
  return button({ text: `Group under ${lead}`, action: ACTION.group, value: incident.id, label });
}

/** Buttons of the card: each value is the incident's id and nothing else. */
export function cardButtons(incident: Incident): readonly Button[] {
  const value = incident.id;
  const make: Readonly<Record<NextAction, () => Button>> = {
    pause: () => button({ text: 'Pause', action: ACTION.pause, value, label: `Pause the run of ${incident.id}` }),
    resume: () =>
      button({
        text: 'Resume',
        action: ACTION.resume,
        value,
        style: 'primary',
        label: `Resume the run of ${incident.id}`,
      }),
    start: () =>
      button({
        text: 'Start response',
        action: ACTION.start,
        value,
        style: 'primary',
        label: `Start the response of ${incident.id}`,
      }),
    release: () =>
      button({ text: 'Release…', action: ACTION.release, value, label: `Show what releasing ${incident.id} restores` }),
    abort: () =>
      button({
        text: 'Abort',
        action: ACTION.abort,
        value,
        style: 'danger',
        label: `Abort the run of ${incident.id}`,
        confirm: {
          title: 'Abort this run?',
          text: md`The run on ${whereabouts(incident)} ends after clean-up. Evidence and isolation stay.`,
          yes: 'Abort the run',
        },
      }),
  };
  const { offer, lead } = incident.campaign;
  const grouping = incident.status === 'open' && offer && lead === undefined ? [groupButton(incident, offer.lead)] : [];
  return [...nextActions(incident).map((action) => make[action]()), ...grouping];
}
