import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { COMMENT_MARK, diffComment } from '../core/gitops/diff-comment';
import { diffTemplates, type Templates } from '../core/gitops/template-diff';
import { wideningsOf } from '../core/gitops/widening';
import { AskedWrongly } from './gitops-asked';
import type { GithubApi } from './gitops-github';

const TEMPLATE = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** The templates of a cdk.out folder. */
export function readTemplates(folder: string): Templates {
  const suffix = '.template.json';
  if (!existsSync(folder)) throw new AskedWrongly(`${folder} is not there: "cordon synth" writes such a folder.`);
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith(suffix))
      .map((file) => {
        const parsed = TEMPLATE.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
        return [file.slice(0, -suffix.length), parsed] as const;
      }),
  );
}

/** Markdown of what lies between two cdk.out folders. */
export function diffOf(base: string, head: string): string {
  const changes = diffTemplates(readTemplates(base), readTemplates(head));
  return diffComment(changes, wideningsOf(changes));
}

const COMMENTS = z.array(z.object({ id: z.number(), body: z.string().optional() }));

/** Writes our one comment on a pull request: edits it when it is there. */
export async function comment(api: GithubApi, repository: string, pull: number, body: string): Promise<void> {
  const path = `/repos/${repository}/issues/${pull}/comments`;
  const known = COMMENTS.parse(await api('GET', `${path}?per_page=100`)).find((each) =>
    each.body?.startsWith(COMMENT_MARK),
  );
  if (known) await api('PATCH', `/repos/${repository}/issues/comments/${known.id}`, { body });
  else await api('POST', path, { body });
}

/** The job's summary page, where GitHub offers one. */
export function summarise(env: NodeJS.ProcessEnv, text: string): void {
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, `${text}\n`);
}
