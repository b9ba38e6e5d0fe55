import { Refusal } from '../errors';
import type { IncidentEvent } from './events';
import type { Incident } from './incident';

/** Links one person is sent at once: three messages of five. */
const MOST_LINKS = 15;
/** What may be lent: what was derived from images; the images themselves stay in the bucket. */
const LENDABLE = /^derived\//;

/** Which artefacts the ledger says were lent: those whose path holds `match`, or a refusal that says what there is. */
export function decideAskLinks(incident: Incident, match: string): readonly IncidentEvent[] {
  const wanted = match.trim().toLowerCase();
  const lendable = incident.artefacts.map(({ path }) => path).filter((path) => LENDABLE.test(path));
  const paths = lendable.filter((path) => path.toLowerCase().includes(wanted));
  const see = 'See `/ir evidence` for the paths; images are fetched from the bucket, by its own permissions.';
  if (paths.length === 0)
    throw new Refusal('links.none', `No artefact of ${incident.id} that may be lent matches; nothing was sent.`, see);
  if (paths.length > MOST_LINKS)
    throw new Refusal(
      'links.many',
      `${paths.length} artefacts match, and ${MOST_LINKS} are the most at once; nothing was sent.`,
      'Say more of the path.',
    );
  return [{ type: 'LinksAsked', paths }];
}
