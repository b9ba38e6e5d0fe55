/**
 * What the responder role of one member account asks for: the words our accounts agreed on, bound to the account. A request
 * that somebody tricks us into sending to one account is worth nothing in another (IAM User Guide, "The confused deputy
 * problem": an external id for each).
 */
export function externalIdOf(agreed: string, account: string): string {
  return `${agreed}:${account}`;
}

/** The collection profile of an account: `own` is ours, by ARN; a member's has the fixed name that its stack gives it. */
export function collectionProfileOf(own: string, memberProfile: string | undefined, account: string): string {
  const [arn, partition, service, region, home] = own.split(':');
  if (account === home || memberProfile === undefined) return own;
  return [arn, partition, service, region, account, `instance-profile/${memberProfile}`].join(':');
}
