import type { Artefact } from '../../core/incident/events';
import { bytesInWords } from '../../core/text';
import { context, section } from './blocks';
import { code, link, md } from './mrkdwn';
import { type Rendered, render } from './render';
import { plural } from './words';

/** A signed URL is about 2,000 characters with a session token, and a message holds 12,000. */
const LINKS_PER_MESSAGE = 5;

export interface LentArtefact {
  readonly artefact: Artefact;
  readonly url: string;
}

/** What one person is sent: each artefact as a link with its hash, to compare after the download. */
export function evidenceLinks(incident: string, lent: readonly LentArtefact[], minutes: number): readonly Rendered[] {
  const messages: Rendered[] = [];
  for (let from = 0; from < lent.length; from += LINKS_PER_MESSAGE) {
    const some = lent.slice(from, from + LINKS_PER_MESSAGE);
    const lines = some.map(({ artefact, url }) =>
      section(md`${link(url, artefact.path)} ${bytesInWords(artefact.bytes)} · sha256 ${code(artefact.sha256)}`),
    );
    const rules = md`${code(incident)}: for you alone, for ${minutes} minutes. Whoever holds a link can read: do not pass it on. It stands in the ledger that you asked.`;
    const fallback = `${plural(some.length, 'link')} to evidence of ${incident}, for you alone, for ${minutes} minutes.`;
    messages.push(render(fallback, [...lines, context(rules)]));
  }
  return messages;
}

/** Said when the request waited too long to be answered with a permission. */
export function linksTooLate(incident: string): Rendered {
  const text = `Your links to evidence of ${incident} were asked too long ago: nothing was sent. Ask again with /ir evidence.`;
  return render(text, [section(md`${text}`)]);
}
