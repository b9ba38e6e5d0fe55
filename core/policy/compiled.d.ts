/**
 * policy.yaml and its playbooks, parsed, checked and with every default filled in while bundling (infra/rulebook-plugin.ts):
 * a function reads no file, parses no YAML and holds no schema. Only `core/policy/bundled.ts` imports it.
 */
declare module 'cordon:rulebook' {
  export const policy: import('./schema').Policy;
  export const playbooks: readonly import('../playbook/schema').Playbook[];
}
