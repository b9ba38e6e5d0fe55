export type Tags = Map<string, string>;

/** Anything EC2 can tag, found by its id. */
export interface Tagged {
  readonly id: string;
  readonly tags: Tags;
}
