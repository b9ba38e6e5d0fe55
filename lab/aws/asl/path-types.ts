import type { Json } from './json';

/** One step of a JSONPath. `wildcard`, `slice`, `filter`, `descend`, several indices and several names make a path indefinite. */
export type Step =
  | { kind: 'names'; names: readonly string[] }
  | { kind: 'indices'; indices: readonly number[] }
  | { kind: 'slice'; from: number | undefined; to: number | undefined }
  | { kind: 'wildcard' }
  | { kind: 'descend' }
  | { kind: 'filter'; filter: Filter }
  | { kind: 'length' };

/** A parsed path. `root` says whether it starts at the state's data (`$`) or at the context object (`$$`). */
export interface Path {
  text: string;
  root: 'data' | 'context';
  steps: readonly Step[];
}

/** A filter of a JSONPath: `[?(@.state == 'running' && @.count > 2)]`. */
export type Filter =
  | { kind: 'or' | 'and'; left: Filter; right: Filter }
  | { kind: 'not'; inner: Filter }
  | { kind: 'exists'; operand: Operand }
  | { kind: 'compare'; operator: Comparison; left: Operand; right: Operand };

export type Operand = { kind: 'value'; value: Json } | { kind: 'path'; from: 'item' | 'root'; steps: readonly Step[] };

export const COMPARISONS = ['==', '!=', '<=', '>=', '<', '>'] as const;
export const WORD_COMPARISONS = ['nin', 'in', 'contains'] as const;
export type Comparison = (typeof COMPARISONS)[number] | (typeof WORD_COMPARISONS)[number];

function isDefiniteStep(step: Step): boolean {
  if (step.kind === 'names') return step.names.length === 1;
  if (step.kind === 'indices') return step.indices.length === 1;
  return step.kind === 'length';
}

/** Whether steps can select at most one node. */
export function isDefinite(steps: readonly Step[]): boolean {
  return steps.every(isDefiniteStep);
}

/** Whether a path is a reference path: only single names and indices from 0. */
export function isReference(path: Path): boolean {
  return path.steps.every(
    (step) =>
      isDefiniteStep(step) && (step.kind !== 'indices' || (step.indices[0] ?? -1) >= 0) && step.kind !== 'length',
  );
}
