/** The GitHub repository that holds playbooks, policy and workflows. Every call may throw Transient. */
export interface Repository {
  /** changes: a `repository_dispatch`. GitHub gives no answer and no idempotency key, so receivers must be idempotent. */
  dispatch(eventType: string, payload: Readonly<Record<string, string | number>>): Promise<void>;
  /** changes: opens a pull request on its own branch, or finds the one that is open already. Returns its URL. */
  propose(change: ProposedChange): Promise<{ readonly url: string; readonly number: number }>;
  /** reads: a file of the default branch. */
  file(path: string): Promise<string | undefined>;
}

export interface ProposedChange {
  readonly branch: string;
  readonly title: string;
  readonly body: string;
  readonly message: string;
  readonly files: readonly { readonly path: string; readonly content: string }[];
}
