import { isObject, type Json, ownProperty, setOwn } from './json';
import { passes, type Resolve } from './path-filter';
import { isDefinite, type Path, type Step } from './path-types';
import { StatesError } from './states-error';

/** What paths are read from: the data at hand and the execution's context object. */
export interface Roots {
  data: Json;
  context: Json;
}

/**
 * What a path selects. A definite path gives its node, or undefined when there is none; an indefinite one gives the array of
 * its nodes, possibly empty, but undefined when its definite beginning is missing (the behaviour of the Jayway library).
 */
export function select(path: Path, roots: Roots): Json | undefined {
  return selectSteps(path.steps, path.root === 'data' ? roots.data : roots.context);
}

function selectSteps(steps: readonly Step[], root: Json): Json | undefined {
  let nodes: Json[] = [root];
  let definite = true;
  for (const [i, step] of steps.entries()) {
    const scanned = steps[i - 1]?.kind === 'descend';
    nodes = nodes.flatMap((node) => apply(step, node, root, scanned));
    definite = definite && isDefinite([step]);
    if (definite && nodes.length === 0) return undefined;
  }
  return definite ? nodes[0] : nodes;
}

function apply(step: Step, node: Json, root: Json, scanned: boolean): Json[] {
  switch (step.kind) {
    case 'names':
      return isObject(node) ? present(step.names.map((name) => ownProperty(node, name))) : [];
    case 'indices':
      return Array.isArray(node) ? present(step.indices.map((index) => node.at(index))) : [];
    case 'slice':
      return Array.isArray(node) ? node.slice(step.from ?? 0, step.to ?? node.length) : [];
    case 'wildcard':
      return children(node);
    case 'descend':
      return [node, ...descendants(node)];
    case 'filter':
      return candidates(node, scanned).filter((item) => passes(step.filter, resolver(item, root)));
    case 'length':
      return Array.isArray(node) ? [node.length] : [];
  }
}

function resolver(item: Json, root: Json): Resolve {
  return (operand) => selectSteps(operand.steps, operand.from === 'item' ? item : root);
}

/** A filter runs over the items of an array or over one object itself; after `..` each object is met on its own (as in Jayway). */
function candidates(node: Json, scanned: boolean): Json[] {
  if (Array.isArray(node)) return scanned ? [] : node;
  return isObject(node) ? [node] : [];
}

function children(node: Json): Json[] {
  if (Array.isArray(node)) return node;
  return isObject(node) ? Object.values(node) : [];
}

function descendants(node: Json): Json[] {
  const found: Json[] = [];
  const pending = children(node).toReversed();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    found.push(next);
    for (const child of children(next).toReversed()) pending.push(child);
  }
  return found;
}

function present(values: (Json | undefined)[]): Json[] {
  return values.filter((value) => value !== undefined);
}

/**
 * A copy of `data` with `value` at a reference path, creating the objects on the way. An index must exist already and a field needs
 * an object to live in: else States.ResultPathMatchFailure.
 */
export function place(path: Path, data: Json, value: Json): Json {
  return placeAt(path, path.steps, data, value);
}

function placeAt(path: Path, steps: readonly Step[], data: Json | undefined, value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (step.kind === 'names') {
    const name = step.names[0] ?? '';
    if (data !== undefined && !isObject(data)) throw mismatch(path);
    const copy = { ...data };
    setOwn(copy, name, placeAt(path, rest, data === undefined ? undefined : ownProperty(data, name), value));
    return copy;
  }
  const index = step.kind === 'indices' ? (step.indices[0] ?? 0) : 0;
  if (!Array.isArray(data) || index >= data.length) throw mismatch(path);
  return data.with(index, placeAt(path, rest, data[index], value));
}

function mismatch(path: Path): StatesError {
  return new StatesError({
    error: 'States.ResultPathMatchFailure',
    cause: `Unable to apply ReferencePath ${path.text} to the state input: a node on the way cannot hold the next one.`,
  });
}
