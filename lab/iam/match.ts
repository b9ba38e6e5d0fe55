import type { ConditionContext } from '../aws/service';

const compiled = new Map<string, RegExp>();

/** IAM's wildcards: `*` is any run of characters, `?` exactly one; case counts unless told otherwise. */
export function glob(pattern: string, text: string, { ignoreCase = false } = {}): boolean {
  if (!/[*?]/.test(pattern) && !ignoreCase) return pattern === text;
  const id = `${ignoreCase ? 'i' : 'c'}${pattern}`;
  let regex = compiled.get(id);
  if (regex === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '[\\s\\S]*')
      .replace(/\?/g, '[\\s\\S]');
    regex = new RegExp(`^${source}$`, ignoreCase ? 'i' : '');
    compiled.set(id, regex);
  }
  return regex.test(text);
}

/** ARN patterns match part by part: a wildcard never crosses one of the first five colons. */
export function arnGlob(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const [patternParts, arnParts] = [arnParts6(pattern), arnParts6(arn)];
  if (patternParts === undefined || arnParts === undefined) return glob(pattern, arn);
  return patternParts.every((part, index) => glob(part, arnParts[index] ?? ''));
}

function arnParts6(arn: string): string[] | undefined {
  const parts = arn.split(':');
  if (parts.length < 6 || parts[0] !== 'arn') return undefined;
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** A condition key's values, found whatever the case of its name. Undefined: the request does not carry the key. */
export function contextValues(context: ConditionContext, key: string): readonly string[] | undefined {
  const wanted = key.toLowerCase();
  for (const [name, value] of Object.entries(context)) {
    if (name.toLowerCase() === wanted) return typeof value === 'string' ? [value] : value;
  }
  return undefined;
}

/** Replaces `${key}` and `${key, 'default'}` by the request's value. Undefined: a variable has neither, so nothing can match. */
export function substitute(pattern: string, context: ConditionContext): string | undefined {
  let missing = false;
  const text = pattern.replace(
    /\$\{([^},]+)(?:,\s*'([^']*)')?\}/g,
    (_all, key: string, fallback: string | undefined) => {
      // ${*}, ${?} and ${$} are the characters themselves. A literal wildcard cannot be told from a pattern here: refuse.
      if (key === '$') return '$';
      const values = contextValues(context, key.trim());
      const value = values?.length === 1 ? values[0] : fallback;
      if (value === undefined) missing = true;
      return value ?? '';
    },
  );
  return missing ? undefined : text;
}
