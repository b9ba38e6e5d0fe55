/**
 * EventBridge's event patterns ("Creating event patterns", Amazon EventBridge User Guide). Every field of a pattern must match; a list of alternatives
 * matches when one does; an array in the event matches when one of its elements does. Throws on a filter the lab does not know.
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (!isDict(pattern)) throw new Error('An event pattern must be an object.');
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field === '$or') return asList(wanted).some((one) => matchesPattern(one, event));
    const actual = isDict(event) && Object.hasOwn(event, field) ? event[field] : undefined;
    if (!Array.isArray(wanted)) return nested(wanted, actual);
    return wanted.some((alternative) => alternativeMatches(alternative, actual));
  });
}

type Dict = Readonly<Record<string, unknown>>;

function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function nested(pattern: unknown, actual: unknown): boolean {
  // Inside an array of objects each field may be matched by another element: EventBridge flattens arrays.
  if (Array.isArray(actual)) return actual.some((item) => matchesPattern(pattern, item));
  return matchesPattern(pattern, actual ?? {});
}

function alternativeMatches(alternative: unknown, actual: unknown): boolean {
  if (isDict(alternative) && 'exists' in alternative) {
    // `exists` looks at leaves only: an object is not a value.
    return alternative.exists === (actual !== undefined && !isDict(actual));
  }
  if (actual === undefined) return false;
  const values = Array.isArray(actual) ? actual : [actual];
  if (!isDict(alternative)) return values.some((value) => value === alternative);
  return values.some((value) => filterMatches(alternative, value));
}

function filterMatches(filter: Dict, value: unknown): boolean {
  return Object.entries(filter).every(([kind, operand]) => {
    const test = Object.hasOwn(FILTERS, kind) ? FILTERS[kind] : undefined;
    if (test === undefined) throw new Error(`The lab does not model the event filter ${kind}.`);
    return test(operand, value);
  });
}

type Filter = (operand: unknown, value: unknown) => boolean;

const text =
  (test: (wanted: string, actual: string) => boolean): Filter =>
  (operand, value) => {
    if (typeof value !== 'string') return false;
    if (!isDict(operand)) return test(String(operand), value);
    const folded = operand['equals-ignore-case'];
    return folded !== undefined && test(String(folded).toLowerCase(), value.toLowerCase());
  };

const FILTERS: Readonly<Record<string, Filter>> = {
  prefix: text((wanted, actual) => actual.startsWith(wanted)),
  suffix: text((wanted, actual) => actual.endsWith(wanted)),
  'equals-ignore-case': (operand, value) =>
    typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase(),
  wildcard: (operand, value) =>
    typeof value === 'string' && asList(operand).some((one) => wildcard(String(one)).test(value)),
  numeric: (operand, value) => typeof value === 'number' && numericMatches(asList(operand), value),
  'anything-but': (operand, value) => {
    if (isDict(operand)) {
      return !Object.entries(operand).some(([kind, wanted]) =>
        asList(wanted).some((one) => filterMatches({ [kind]: one }, value)),
      );
    }
    return !asList(operand).includes(value);
  },
};

function numericMatches(operand: readonly unknown[], value: number): boolean {
  for (let index = 0; index < operand.length; index += 2) {
    const limit = Number(operand[index + 1]);
    const holds = compare(String(operand[index]), value, limit);
    if (!holds) return false;
  }
  return true;
}

function compare(operator: string, value: number, limit: number): boolean {
  switch (operator) {
    case '=':
      return value === limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    default:
      throw new Error(`The lab does not model the numeric comparison ${operator}.`);
  }
}

/** EventBridge's wildcard is `*` alone; every other character means itself. */
function wildcard(pattern: string): RegExp {
  const literal = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('[\\s\\S]*')}$`);
}
