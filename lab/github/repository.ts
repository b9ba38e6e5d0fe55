import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly head: string;
  readonly base: string;
  readonly createdAt: string;
  state: 'open' | 'closed';
  mergedAt?: string;
}

export interface Comment {
  readonly id: number;
  /** Number of the pull request. */
  readonly pull: number;
  body: string;
  edits: number;
}

type Tree = ReadonlyMap<string, string>;

/**
 * One repository: the checkout on disk as the default branch, and what pull requests changed on top of it. Objects are
 * named by the SHA-1 of what they are, as git names them; nothing is written to disk.
 */
export class Repository {
  readonly defaultBranch = 'main';
  readonly pulls: PullRequest[] = [];
  private readonly comments: Comment[] = [];
  private readonly refs = new Map<string, string>();
  private readonly commits = new Map<
    string,
    { readonly tree: Tree; readonly message: string; readonly parents: readonly string[] }
  >();
  private readonly trees = new Map<string, Tree>();
  private readonly blobs = new Map<string, string>();

  constructor(
    readonly fullName: string,
    readonly checkout: string,
  ) {
    this.refs.set(this.defaultBranch, this.commit(new Map(), 'The checkout', []));
  }

  /** Text of a file on a branch, or undefined. */
  file(path: string, branch = this.defaultBranch): string | undefined {
    const changed = this.treeOf(branch)?.get(path);
    if (changed !== undefined) return changed;
    const onDisk = join(this.checkout, path);
    return !path.includes('..') && existsSync(onDisk) ? readFileSync(onDisk, 'utf8') : undefined;
  }

  /** Files changed on a branch, over the checkout. */
  changes(branch = this.defaultBranch): Tree {
    return this.treeOf(branch) ?? new Map();
  }

  /** Paths that the last commit of a branch changed. */
  changedBy(branch: string): readonly string[] {
    const commit = this.commits.get(this.refs.get(branch) ?? '');
    const before = this.commits.get(commit?.parents[0] ?? '')?.tree;
    return [...(commit?.tree ?? [])].flatMap(([path, text]) => (before?.get(path) === text ? [] : [path]));
  }

  ref(branch: string): string | undefined {
    return this.refs.get(branch);
  }

  setRef(branch: string, sha: string): void {
    this.refs.set(branch, sha);
  }

  deleteRef(branch: string): void {
    this.refs.delete(branch);
  }

  commitOf(
    sha: string,
  ): { readonly tree: Tree; readonly message: string; readonly parents: readonly string[] } | undefined {
    return this.commits.get(sha);
  }

  blob(content: string): string {
    const sha = gitSha('blob', content);
    this.blobs.set(sha, content);
    return sha;
  }

  blobText(sha: string): string | undefined {
    return this.blobs.get(sha);
  }

  tree(base: Tree, changes: ReadonlyMap<string, string>): string {
    const tree = new Map([...base, ...changes]);
    const sha = gitSha('tree', JSON.stringify([...tree].sort()));
    this.trees.set(sha, tree);
    return sha;
  }

  treeBySha(sha: string): Tree | undefined {
    return this.trees.get(sha) ?? this.commits.get(sha)?.tree;
  }

  treeShaOf(commit: string): string {
    const tree = this.commits.get(commit)?.tree ?? new Map<string, string>();
    return this.tree(tree, new Map());
  }

  commit(tree: Tree, message: string, parents: readonly string[]): string {
    const sha = gitSha('commit', JSON.stringify([[...tree].sort(), message, parents]));
    this.commits.set(sha, { tree, message, parents });
    return sha;
  }

  /** Merges what the pull request changed into its base. */
  merge(pull: PullRequest, at: string): string {
    const base = this.changes(pull.base);
    const sha = this.commit(new Map([...base, ...this.changes(pull.head)]), `Merge pull request #${pull.number}`, [
      this.refs.get(pull.base) ?? '',
      this.refs.get(pull.head) ?? '',
    ]);
    this.refs.set(pull.base, sha);
    pull.state = 'closed';
    pull.mergedAt = at;
    return sha;
  }

  /** Comments on a pull request, in order. */
  commentsOn(number: number): readonly Comment[] {
    return this.comments.filter((each) => each.pull === number);
  }

  comment(pull: number, body: string): Comment {
    const made = { id: this.comments.length + 1, pull, body, edits: 0 };
    this.comments.push(made);
    return made;
  }

  editComment(id: number, body: string): Comment | undefined {
    const found = this.comments.find((each) => each.id === id);
    if (found !== undefined) Object.assign(found, { body, edits: found.edits + 1 });
    return found;
  }

  /** Of a branch, or of a commit by its SHA. */
  private treeOf(ref: string): Tree | undefined {
    return this.commits.get(this.refs.get(ref) ?? ref)?.tree;
  }
}

export function gitSha(kind: string, content: string): string {
  return createHash('sha1')
    .update(`${kind} ${Buffer.byteLength(content)}\0${content}`)
    .digest('hex');
}
