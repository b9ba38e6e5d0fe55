/** Role of the member stack: one fixed name, so that a finding can never choose it. */
export const MEMBER_ROLE = 'cordon-responder';
