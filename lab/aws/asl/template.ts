import { callProblem, type Evaluation, evaluate } from './intrinsic';
import { type Expression, parseIntrinsic } from './intrinsic-parse';
import { isObject, type Json, type JsonObject, setOwn } from './json';
import { parsePath } from './path-parse';
import { DefinitionError } from './states-error';

/** A payload template (Parameters, ItemSelector, ResultSelector) with its `.$` fields parsed. */
export type Template =
  | { kind: 'constant'; value: Json }
  | { kind: 'dynamic'; field: string; expression: Expression }
  | { kind: 'array'; items: readonly Template[] }
  | { kind: 'object'; fields: readonly (readonly [name: string, value: Template])[] };

const SUFFIX = '.$';

/** Parses `$.path`, `$$.path` or `States.Function(...)`; SyntaxError on anything else. */
export function parseExpression(text: string): Expression {
  if (text.startsWith('$')) return { kind: 'path', path: parsePath(text) };
  const call = parseIntrinsic(text);
  const problem = callProblem(call);
  if (problem !== undefined) throw new SyntaxError(problem);
  return call;
}

/** Parses a payload template; DefinitionError names the pointer of a field that cannot be. */
export function parseTemplate(value: Json, pointer: string): Template {
  if (Array.isArray(value)) {
    return { kind: 'array', items: value.map((item, i) => parseTemplate(item, `${pointer}/${i}`)) };
  }
  if (!isObject(value)) return { kind: 'constant', value };
  const names = new Set<string>();
  const fields = Object.entries(value).map(([key, inner]) => {
    const at = `${pointer}/${escapePointer(key)}`;
    const field = parseField(key, inner, at);
    if (names.has(field[0])) throw new DefinitionError(at, `the field '${field[0]}' is given twice`);
    names.add(field[0]);
    return field;
  });
  return { kind: 'object', fields };
}

function parseField(key: string, value: Json, pointer: string): readonly [string, Template] {
  if (!key.endsWith(SUFFIX)) return [key, parseTemplate(value, pointer)];
  if (typeof value !== 'string')
    throw new DefinitionError(pointer, 'a field ending in .$ must be a path or an intrinsic function');
  try {
    const expression = parseExpression(value);
    return [key.slice(0, -SUFFIX.length), { kind: 'dynamic', field: key, expression }];
  } catch (error) {
    throw new DefinitionError(pointer, error instanceof Error ? error.message : 'cannot be parsed');
  }
}

/** One step of a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Fills a template. A path that finds nothing is States.Runtime, as measured of the service (its list calls it ParameterPathFailure). */
export function fill(template: Template, evaluation: Evaluation): Json {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'array':
      return template.items.map((item) => fill(item, evaluation));
    case 'dynamic':
      return evaluate(template.expression, { ...evaluation, field: template.field });
    case 'object': {
      const filled: JsonObject = {};
      for (const [name, value] of template.fields) setOwn(filled, name, fill(value, evaluation));
      return filled;
    }
  }
}
