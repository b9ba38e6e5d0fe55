import {
  type Choice,
  type Condition,
  FAMILIES,
  type Family,
  IS_TESTS,
  type Operand,
  RELATIONS,
  type Relation,
} from './choice-rules';
import { Fields } from './fields';
import type { Json } from './json';
import { parseTimestamp } from './timestamp';

interface Comparator {
  family: Family;
  relation: Relation;
}

/** Every comparison of the language by name: Boolean only compares for equality, and only strings match patterns. */
const COMPARATORS: ReadonlyMap<string, Comparator> = new Map(
  FAMILIES.flatMap((family) =>
    RELATIONS.filter((relation) => relation === 'Equals' || family !== 'Boolean')
      .filter((relation) => relation !== 'Matches' || family === 'String')
      .map((relation) => [`${family}${relation}`, { family, relation }] as const),
  ),
);

/** Parses the Choices of a Choice state. */
export function parseChoices(fields: Fields): Choice[] {
  return fields.list('Choices').map((value, i) => {
    const rule = new Fields(value, `${fields.at('Choices')}/${i}`);
    const next = rule.text('Next');
    return { condition: parseCondition(rule), next };
  });
}

function parseCondition(rule: Fields): Condition {
  const condition = parseOperator(rule);
  rule.close();
  return condition;
}

function parseOperator(rule: Fields): Condition {
  const operators = rule.names.filter((name) => !['Next', 'Comment', 'Variable'].includes(name));
  const [name] = operators;
  if (name === undefined) throw rule.fail('', 'a choice rule needs an operator');
  if (operators.length > 1)
    throw rule.fail(operators[1] ?? '', `a choice rule has one operator, and ${name} is another`);
  if (name === 'And' || name === 'Or') {
    const kind = name === 'And' ? 'and' : 'or';
    return { kind, conditions: rule.list(name).map((value, i) => nested(value, `${rule.at(name)}/${i}`)) };
  }
  if (name === 'Not') return { kind: 'not', condition: nested(rule.required('Not'), rule.at('Not')) };
  return parseTest(rule, name);
}

function nested(value: Json, pointer: string): Condition {
  const rule = new Fields(value, pointer);
  if (rule.has('Next')) throw rule.fail('Next', 'only a top-level rule has a Next');
  return parseCondition(rule);
}

function parseTest(rule: Fields, name: string): Condition {
  const test = IS_TESTS.find((known) => known === name);
  if (test !== undefined) {
    const variable = rule.path('Variable');
    const expected = rule.optionalBoolean(name);
    return { kind: 'is', test, variable, expected: expected ?? true };
  }
  const byPath = name.endsWith('Path');
  const comparator = COMPARATORS.get(byPath ? name.slice(0, -'Path'.length) : name);
  if (comparator === undefined || (byPath && comparator.relation === 'Matches')) {
    throw rule.fail(name, 'unknown operator (JSONata conditions are not supported either)');
  }
  const operand: Operand = byPath
    ? { kind: 'path', path: rule.path(name) }
    : { kind: 'value', value: literal(rule, name, comparator.family) };
  return { kind: 'compare', ...comparator, variable: rule.path('Variable'), operand };
}

function literal(rule: Fields, name: string, family: Family): Json {
  const value = rule.required(name);
  const fits =
    (family === 'Boolean' && typeof value === 'boolean') ||
    (family === 'Numeric' && typeof value === 'number') ||
    (family === 'String' && typeof value === 'string') ||
    (family === 'Timestamp' && typeof value === 'string' && parseTimestamp(value) !== undefined);
  if (!fits)
    throw rule.fail(
      name,
      `expected a ${family === 'Timestamp' ? 'timestamp such as 2026-01-31T12:00:00Z' : family.toLowerCase()}`,
    );
  return value;
}
