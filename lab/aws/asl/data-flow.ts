import type { NumberSource, Working } from './definition';
import { contextObject, type Frame } from './frame';
import type { Evaluation } from './intrinsic';
import { type Json, jsonBytes } from './json';
import { place, select } from './path';
import type { Path } from './path-types';
import { DATA_LIMIT, runtimeError, StatesError } from './states-error';
import { fill, type Template } from './template';

/** "Maximum input or output size for a task, state, or execution: 256 KiB of data as a UTF-8 encoded string." */
export const MAX_BYTES = 262_144;

/** What expressions of a state are evaluated against. */
export function evaluationOf(frame: Frame, data: Json, token?: string): Evaluation {
  return { roots: { data, context: contextObject(frame, token) }, random: () => frame.run.host.random() };
}

/** InputPath or OutputPath; null makes `{}`, a path that finds nothing is States.Runtime. */
export function filter(frame: Frame, path: Path | null, data: Json): Json {
  if (path === null) return {};
  // The usual `$` needs no context object.
  if (path.steps.length === 0 && path.root === 'data') return data;
  return read(frame, path, data);
}

/** A node that must be there. */
export function read(frame: Frame, path: Path, data: Json): Json {
  const found = select(path, evaluationOf(frame, data).roots);
  if (found === undefined) throw runtimeError(`Invalid path '${path.text}': No results for path: ${bracketed(path)}`);
  return found;
}

/** A path as the service prints it in causes: `$['a']['b']`. */
function bracketed(path: Path): string {
  const steps = path.steps.map((step) => {
    if (step.kind === 'names') return `[${step.names.map((name) => `'${name}'`).join(',')}]`;
    return step.kind === 'indices' ? `[${step.indices.join(',')}]` : '[*]';
  });
  return `$${steps.join('')}`;
}

export function fillOr(template: Template | undefined, evaluation: Evaluation): Json {
  return template === undefined ? evaluation.roots.data : fill(template, evaluation);
}

/** ResultPath: null keeps the state's input, `$` replaces it, else the result is put into it. */
export function combine(resultPath: Path | null, input: Json, result: Json): Json {
  return resultPath === null ? input : place(resultPath, input, result);
}

/** Result → ResultSelector → ResultPath (into the state's raw input) → OutputPath. */
export function finishResult(frame: Frame, state: Working, input: Json, result: Json): Json {
  const selected = fillOr(state.resultSelector, evaluationOf(frame, result));
  return filter(frame, state.outputPath, combine(state.resultPath, input, selected));
}

/** Fails with States.DataLimitExceeded past 256 KiB. */
export function checkSize(frame: Frame, what: string, value: Json): void {
  if (jsonBytes(value) <= MAX_BYTES) return;
  const name = frame.current?.state.name ?? '';
  throw new StatesError({
    error: DATA_LIMIT,
    cause: `The state/task '${name}' ${what} with a size exceeding the maximum number of bytes service limit.`,
  });
}

/** A number that is written down or read from the state's input; what is no whole number from 0 is States.Runtime. */
export function numberOf(frame: Frame, source: NumberSource, data: Json): number {
  if (source.kind === 'fixed') return source.value;
  const value = read(frame, source.path, data);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw runtimeError(
    `The ${source.field} parameter '${source.path.text}' does not reference a whole number: ${JSON.stringify(value)}`,
  );
}
