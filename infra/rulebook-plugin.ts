import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { loadRulebook } from '../core/policy/load';

const ROOT = resolve(__dirname, '..');

/**
 * `cordon:rulebook` is policy.yaml and its playbooks as the checked JSON a function starts with: no YAML parser and no
 * schema ships, and a policy that does not hold together fails the build, not the first incident.
 */
export const rulebookPlugin: Plugin = {
  name: 'rulebook',
  setup(context) {
    context.onResolve({ filter: /^cordon:rulebook$/ }, () => ({ path: 'rulebook', namespace: 'cordon' }));
    context.onLoad({ filter: /^rulebook$/, namespace: 'cordon' }, () => ({
      contents: JSON.stringify(loadRulebook(ROOT)),
      loader: 'json',
    }));
  },
};
