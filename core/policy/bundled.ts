import { playbooks, policy } from 'cordon:rulebook';
import type { Rulebook } from './rulebook';

/** The rulebook a function was deployed with. Only for `*.lambda.ts`: it exists in bundles alone. */
export function bundledRulebook(): Rulebook {
  return { policy, playbooks };
}
