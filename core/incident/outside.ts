/**
 * The environment of the repository whose reviewers are asked (`environment:` of approve-stop.yml and the subject its role
 * trusts). Fixed, because an environment that the request names would be one that the requester chooses.
 */
export const OUTSIDE_ENVIRONMENT = 'approve-stop';

export const OUTSIDE_IN_WORDS = `the reviewers of environment ${OUTSIDE_ENVIRONMENT} on GitHub`;
