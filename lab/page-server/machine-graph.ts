import { dictOf, listOf, textOf } from '../aws/platform';
import type { GraphNode } from './model';

type States = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** `Gate stop: hold` serves `Gate stop`; `Capture memory: failed` serves `Capture memory`. */
export function boxOf(state: string): string {
  return state.split(': ')[0] ?? state;
}

/** The drawn machine, read from the definition that runs: boxes in their order, parallel branches nested. */
export function machineGraph(definition: string): readonly GraphNode[] {
  return sequence(dictOf(JSON.parse(definition)));
}

function sequence(machine: Readonly<Record<string, unknown>>): readonly GraphNode[] {
  const states = statesOf(machine);
  const order = inOrder(states, textOf(machine.StartAt));
  const boxes = new Map<string, { state: string; folds: string[] }>();
  for (const name of order) {
    const box = boxOf(name);
    const known = boxes.get(box);
    if (known) known.folds.push(name);
    else boxes.set(box, { state: name, folds: [name] });
  }
  return [...boxes].flatMap(([name, { folds }]) => {
    const main = states[name] ?? states[folds[0] ?? ''] ?? {};
    const kind = kindOf(name, textOf(main.Type));
    if (kind === undefined) return [];
    const branches = listOf(main.Branches).map((branch) => sequence(dictOf(branch)));
    return [{ name, kind, folds: folds.filter((fold) => fold !== name), branches }];
  });
}

function kindOf(name: string, type: string): GraphNode['kind'] | undefined {
  if (type === 'Parallel') return 'parallel';
  if (name.startsWith('Gate ')) return 'gate';
  return type === 'Task' ? 'task' : undefined;
}

function statesOf(machine: Readonly<Record<string, unknown>>): States {
  return Object.fromEntries(Object.entries(dictOf(machine.States)).map(([name, state]) => [name, dictOf(state)]));
}

/** Every state before those that follow it: depth first, later successors first, then reversed. */
function inOrder(states: States, start: string): readonly string[] {
  const visited = new Set<string>();
  const done: string[] = [];
  const visit = (name: string): void => {
    if (visited.has(name) || states[name] === undefined) return;
    visited.add(name);
    for (const next of successors(states[name]).reverse()) visit(next);
    done.push(name);
  };
  visit(start);
  return done.reverse();
}

function successors(state: Readonly<Record<string, unknown>>): string[] {
  const choices = listOf(state.Choices).map((choice) => textOf(dictOf(choice).Next));
  const catches = listOf(state.Catch).map((one) => textOf(dictOf(one).Next));
  return [textOf(state.Next), ...choices, textOf(state.Default), ...catches].filter((name) => name !== '');
}
