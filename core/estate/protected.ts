import type { EstateInstance } from './estate';

/** What runbooks/policy.yaml protects. */
export interface ProtectedRule {
  readonly tags: readonly { readonly key: string; readonly value?: string | undefined }[];
  readonly instances: readonly string[];
}

/** Why the instance must not be touched, or undefined. Our own machines are always protected. */
export function protectedBy(instance: Pick<EstateInstance, 'id' | 'tags'>, rule: ProtectedRule): string | undefined {
  if (rule.instances.includes(instance.id)) return 'policy.yaml names it';
  const own = instance.tags['cordon:role'];
  if (own !== undefined) return `it is Cordon's own ${own} machine`;
  for (const { key, value } of rule.tags) {
    const has = instance.tags[key];
    if (has === undefined) continue;
    if (value === undefined || value === has) return `tag ${key}=${has}`;
  }
  return undefined;
}
