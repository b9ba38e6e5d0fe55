import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Repository } from './repository';

/** Never part of a checkout: what git ignores. */
const LEFT_OUT = new Set(['.git', '.cache', 'cdk.out', 'out']);
/** Linked, not copied: large, and no deploy is made from them. */
const LINKED = new Set(['node_modules', 'docs', 'lab', 'test']);

/** What `actions/checkout` is asked for. */
export interface CheckoutRequest {
  /** A branch, or the SHA of a commit. */
  readonly ref: string;
  /** Whether something is built in it: then nothing may be a link, or it would be built in the project itself. */
  readonly own: boolean;
}

/**
 * Puts a branch or commit into a folder. As long as nothing differs from the project on disk it is that one, linked;
 * otherwise a copy with the changed files over it, and, of the default branch, with git's own history of the last commit
 * and its parents.
 */
export function checkOut(repository: Repository, workspace: string, { ref, own }: CheckoutRequest): void {
  const changes = repository.changes(ref);
  mkdirSync(workspace, { recursive: true });
  for (const entry of readdirSync(repository.checkout)) {
    if (LEFT_OUT.has(entry)) continue;
    const [from, to] = [join(repository.checkout, entry), join(workspace, entry)];
    if ((changes.size === 0 && !own) || LINKED.has(entry)) symlinkSync(from, to);
    else cpSync(from, to, { recursive: true });
  }
  for (const [path, content] of changes) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), content);
  }
  if (changes.size > 0 && ref === repository.defaultBranch) writeHistory(repository, workspace);
}

/** The last commit and its parents, as `fetch-depth: 2` has them: messages and shape, with empty trees. */
function writeHistory(repository: Repository, workspace: string): void {
  const who = { NAME: 'Cordon lab', EMAIL: 'lab@cordon.invalid', DATE: '1577836800 +0000' };
  const roles = Object.entries(who).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  const env = { ...process.env, ...Object.fromEntries(roles) };
  const git = (args: readonly string[], input = ''): string =>
    execFileSync('git', [...args], { cwd: workspace, env, input, encoding: 'utf8' }).trim();
  git(['init', '--quiet']);
  const tree = git(['hash-object', '-t', 'tree', '-w', '--stdin']);
  const commit = (sha: string, parents: readonly string[]): string => {
    const flags = parents.flatMap((parent) => ['-p', parent]);
    return git(['commit-tree', tree, ...flags], repository.commitOf(sha)?.message ?? '');
  };
  const head = repository.ref(repository.defaultBranch) ?? '';
  const parents = (repository.commitOf(head)?.parents ?? []).map((parent) => commit(parent, []));
  git(['update-ref', 'HEAD', commit(head, parents)]);
}
