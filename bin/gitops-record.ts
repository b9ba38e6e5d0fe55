import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { threadsIn, type WaitingThread } from '../core/gitops/thread-trailer';
import { slackEscape } from '../core/text';

/** What GitHub tells of the pull request that started the job. */
const EVENT = z.object({
  action: z.string(),
  pull_request: z.object({
    title: z.string(),
    body: z.string().nullable(),
    html_url: z.url(),
    merged: z.boolean().optional(),
  }),
});

export interface RecordNews {
  readonly threads: readonly WaitingThread[];
  readonly text: string;
}

/** What the thread of a closed incident reads of its record: proposed, then merged, which closes the file, or turned down. */
export function recordNews(eventFile: string): RecordNews {
  const { action, pull_request: pull } = EVENT.parse(JSON.parse(readFileSync(eventFile, 'utf8')));
  const link = `<${pull.html_url}|${slackEscape(pull.title)}>`;
  return { threads: threadsIn(pull.body ?? ''), text: sentence(action, pull.merged === true, link) };
}

function sentence(action: string, merged: boolean, link: string): string {
  if (action !== 'closed') return `${link} is proposed. Merging it closes the file.`;
  if (merged) return `${link} is merged: the file of this incident is closed.`;
  return `${link} was closed without being merged: this incident has no record in git.`;
}
