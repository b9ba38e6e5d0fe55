import type { Commit } from '../../core/incident/events';
import type { Incident } from '../../core/incident/incident';
import type { Clock } from '../../core/ports/clock';
import type { EvidenceLinks } from '../../core/ports/evidence-links';
import type { SlackMessageRef } from '../../core/ports/slack-messages';
import { evidenceLinks, linksTooLate } from '../views/evidence-links';
import type { OnceParts } from './once';

/** Long enough to click, short enough that a link left in a screenshot is worth nothing. */
const LINK_MINUTES = 5;
/** A request that waited longer (Slack was down) is not answered: the person's role may have changed meanwhile. */
const LATEST_MS = 15 * 60_000;

export interface LinkParts extends OnceParts {
  readonly links: EvidenceLinks;
  readonly clock: Clock;
}

/**
 * Sends those who asked for artefacts their links, for their eyes only. A crash in between sends them again: other links,
 * just as short-lived, to the same person.
 */
export async function sendLinks(
  parts: LinkParts,
  incident: Incident,
  root: SlackMessageRef,
  rows: readonly Commit[],
): Promise<void> {
  for (const row of rows) {
    const { actor } = row;
    if (actor.kind !== 'person' || actor.slackUser === undefined) continue;
    const { slackUser } = actor;
    for (const event of row.events) {
      if (event.type !== 'LinksAsked') continue;
      const late = parts.clock.now().getTime() - Date.parse(row.at) > LATEST_MS;
      const messages = late ? [linksTooLate(incident.id)] : await lend(parts.links, incident, event.paths);
      for (const message of messages) {
        const whisper = () => parts.chat.whisper(root.channel, root.ts, slackUser, message);
        await parts.governor.pace(root.channel, whisper);
      }
    }
  }
}

async function lend(links: EvidenceLinks, incident: Incident, paths: readonly string[]) {
  const wanted = incident.artefacts.filter(({ path }) => paths.includes(path));
  const lent = wanted.map(async (artefact) => ({
    artefact,
    url: await links.link(incident.id, artefact, LINK_MINUTES * 60),
  }));
  return evidenceLinks(incident.id, await Promise.all(lent), LINK_MINUTES);
}
