/** Secrets Manager, cached for five minutes. */
export interface Secrets {
  /** reads: the secret's string. */
  get(arn: string): Promise<string>;
}
