/** One review as GitHub lists it for a run. */
export interface Review {
  readonly state: 'approved' | 'rejected';
  readonly comment: string;
  readonly environments: readonly { readonly name: string }[];
  readonly user: { readonly login: string };
}

/** A job that waits for a reviewer. */
export interface PendingReview {
  /** Path of the workflow file. */
  readonly workflow: string;
  readonly runId: number;
  readonly environment: string;
}

/**
 * Environments with required reviewers (https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments):
 * a job that names one waits until a person approves it, and fails without having begun when a person rejects it.
 */
export class EnvironmentReviews {
  private readonly guarded = new Set<string>();
  private readonly waiting: (PendingReview & { readonly decide: (state: Review['state']) => void })[] = [];
  private readonly given = new Map<number, Review[]>();

  /** From now on jobs of this environment wait for a reviewer. */
  require(environment: string): void {
    this.guarded.add(environment);
  }

  requires(environment: string | undefined): environment is string {
    return environment !== undefined && this.guarded.has(environment);
  }

  pending(): readonly PendingReview[] {
    return this.waiting.map(({ workflow, runId, environment }) => ({ workflow, runId, environment }));
  }

  /** Resolves when a person decided about this job. */
  decided(job: PendingReview): Promise<Review['state']> {
    return new Promise((decide) => this.waiting.push({ ...job, decide }));
  }

  /** A person decides about the jobs of an environment that wait, or of one run. @throws Error when none does */
  review(environment: string, state: Review['state'], login: string, run?: number): void {
    const about = this.waiting.filter(
      (one) => one.environment === environment && (run === undefined || one.runId === run),
    );
    if (about.length === 0) throw new Error(`No job waits for a reviewer of environment ${environment}.`);
    for (const one of about) {
      this.waiting.splice(this.waiting.indexOf(one), 1);
      const review = { state, comment: '', environments: [{ name: environment }], user: { login } };
      this.given.set(one.runId, [...this.of(one.runId), review]);
      one.decide(state);
    }
  }

  /** What was decided about a run. */
  of(runId: number): readonly Review[] {
    return this.given.get(runId) ?? [];
  }
}
