import policyFile from '../../runbooks/policy.yaml';
import { parsePlaybook } from '../playbook/schema';
import { parsePolicy } from './check';
import type { Rulebook } from './rulebook';

/**
 * The rulebook a function was deployed with. Only for `*.lambda.ts`: the bundler turns the YAML into JSON, and packs every
 * file that matches the pattern below.
 */
export function bundledRulebook(): Rulebook {
  const policy = parsePolicy(policyFile);
  const playbooks = policy.playbooks.map((name) =>
    parsePlaybook(require(`../../runbooks/playbooks/${name}.yaml`), policy),
  );
  return { policy, playbooks };
}
