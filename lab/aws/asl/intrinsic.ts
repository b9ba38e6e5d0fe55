import { INTRINSICS, IntrinsicProblem } from './intrinsic-functions';
import type { Call, Expression } from './intrinsic-parse';
import type { Json } from './json';
import { type Roots, select } from './path';
import type { Path } from './path-types';
import { runtimeError, StatesError } from './states-error';

const FORMAT = 'States.Format';

/** What an expression is evaluated against. */
export interface Evaluation {
  roots: Roots;
  random: () => number;
  /** The field being filled, for the cause of a failure. */
  field?: string;
}

/** Says what is wrong with a call that no input could make right: an unknown function, too few or too many arguments. */
export function callProblem(call: Call): string | undefined {
  const arity = call.name === FORMAT ? ([1, Infinity] as const) : INTRINSICS.get(call.name)?.arity;
  if (arity === undefined) return `${call.name} is not an intrinsic function`;
  const [fewest, most] = arity;
  if (call.args.length < fewest || call.args.length > most) {
    return `${call.name} does not take ${call.args.length} argument${call.args.length === 1 ? '' : 's'}`;
  }
  for (const arg of call.args) {
    const inner = arg.kind === 'call' ? callProblem(arg) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** Evaluates a path, literal or call. A missing node is States.Runtime, a failed function States.IntrinsicFailure. */
export function evaluate(expression: Expression, evaluation: Evaluation): Json {
  switch (expression.kind) {
    case 'literal':
    case 'text':
      return expression.value;
    case 'path':
      return read(expression.path, evaluation);
    case 'call':
      return callFunction(expression, evaluation);
  }
}

function read(path: Path, { roots, field }: Evaluation): Json {
  const found = select(path, roots);
  if (found !== undefined) return found;
  const input = JSON.stringify(path.root === 'data' ? roots.data : roots.context);
  const where = field === undefined ? '' : ` specified for the field '${field}'`;
  throw runtimeError(`The JSONPath '${path.text}'${where} could not be found in the input '${input}'`);
}

function callFunction(call: Call, evaluation: Evaluation): Json {
  try {
    if (call.name === FORMAT) return format(call, evaluation);
    const run = INTRINSICS.get(call.name)?.run;
    if (run === undefined) throw new IntrinsicProblem('it is not an intrinsic function');
    return run({ args: call.args.map((arg) => evaluate(arg, evaluation)), random: evaluation.random });
  } catch (error) {
    if (!(error instanceof IntrinsicProblem)) throw error;
    throw new StatesError({
      error: 'States.IntrinsicFailure',
      cause: `The function '${call.text}' had the following error: ${error.message}`,
    });
  }
}

function format(call: Call, evaluation: Evaluation): string {
  const [template, ...rest] = call.args;
  const values = rest.map((arg) => evaluate(arg, evaluation));
  const segments = template === undefined ? [] : templateSegments(template, evaluation);
  if (segments.length !== values.length + 1) {
    throw new IntrinsicProblem(`the template has ${segments.length - 1} {} for ${values.length} values`);
  }
  return segments.map((segment, i) => segment + (i < values.length ? printed(values[i] ?? null) : '')).join('');
}

function templateSegments(template: Expression, evaluation: Evaluation): readonly string[] {
  if (template.kind === 'text') return template.segments;
  const value = evaluate(template, evaluation);
  if (typeof value !== 'string') throw new IntrinsicProblem('the template must be a string');
  return value.split('{}');
}

/** How States.Format prints a value: text as it is, other scalars as JSON, containers the way Java prints maps and lists. */
function printed(value: Json): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, inner]) => `${key}=${printed(inner)}`);
  return `{${fields.join(', ')}}`;
}
