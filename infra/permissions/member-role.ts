/** Role of the member stack: one fixed name, so that a finding can never choose it. */
export const MEMBER_ROLE = 'cordon-responder';
/** Its collection profile, by a fixed name as well: the hub's functions put it on an instance there. */
export const MEMBER_PROFILE = 'cordon-collection';
