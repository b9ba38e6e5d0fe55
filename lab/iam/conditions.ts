import type { ConditionContext } from '../aws/service';
import { arnGlob, contextValues, glob, substitute } from './match';
import type { Condition } from './policy';

type Test = (wanted: string, actual: string) => boolean;

interface Operator {
  readonly test: Test;
  /** Negated operators hold when no wanted value matches, and when the key is absent. */
  readonly negated: boolean;
}

const number =
  (compare: (a: number, b: number) => boolean): Test =>
  (wanted, actual) =>
    compare(Number(actual), Number(wanted));

/** Dates in a policy are ISO 8601 or epoch seconds. */
function instant(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}
const date =
  (compare: (a: number, b: number) => boolean): Test =>
  (wanted, actual) =>
    compare(instant(actual), instant(wanted));

const POSITIVE: Readonly<Record<string, Test>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: (wanted, actual) => glob(wanted, actual),
  ArnEquals: arnGlob,
  ArnLike: arnGlob,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  NumericEquals: number((a, b) => a === b),
  NumericLessThan: number((a, b) => a < b),
  NumericLessThanEquals: number((a, b) => a <= b),
  NumericGreaterThan: number((a, b) => a > b),
  NumericGreaterThanEquals: number((a, b) => a >= b),
  DateEquals: date((a, b) => a === b),
  DateLessThan: date((a, b) => a < b),
  DateLessThanEquals: date((a, b) => a <= b),
  DateGreaterThan: date((a, b) => a > b),
  DateGreaterThanEquals: date((a, b) => a >= b),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

function operatorOf(name: string): Operator {
  const test = POSITIVE[NEGATED[name] ?? name];
  if (test === undefined) throw new Error(`The lab does not model the condition operator ${name}.`);
  return { test, negated: Object.hasOwn(NEGATED, name) };
}

/** Whether one condition of a statement holds for a request. Throws on an operator the lab does not know. */
export function conditionHolds({ operator, key, values }: Condition, context: ConditionContext): boolean {
  const actual = contextValues(context, key);
  if (operator === 'Null') return values.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const { set, name, ifExists } = parseOperator(operator);
  const { test, negated } = operatorOf(name);
  const wanted = values.flatMap((value) => substitute(value, context) ?? []);
  const matches = (one: string): boolean => wanted.some((value) => test(value, one)) !== negated;
  if (set === 'ForAllValues') return (actual ?? []).every(matches);
  if (actual === undefined || actual.length === 0) return set === undefined && (ifExists || negated);
  return negated && set === undefined ? actual.every(matches) : actual.some(matches);
}

function parseOperator(operator: string): {
  set: 'ForAllValues' | 'ForAnyValue' | undefined;
  name: string;
  ifExists: boolean;
} {
  const [head, tail] = operator.split(':');
  const set = head === 'ForAllValues' || head === 'ForAnyValue' ? head : undefined;
  const full = set === undefined ? operator : (tail ?? '');
  const ifExists = full.endsWith('IfExists');
  return { set, name: ifExists ? full.slice(0, -'IfExists'.length) : full, ifExists };
}
