/** A job of `cordon gitops` was asked in a way it does not take: exit 2, where what goes wrong in the world is exit 1. */
export class AskedWrongly extends Error {}
