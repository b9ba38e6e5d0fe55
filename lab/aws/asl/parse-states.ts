import type {
  Filtered,
  Flowing,
  Machine,
  MapState,
  ParallelState,
  PassState,
  State,
  StateGroup,
  WaitState,
} from './definition';
import { Fields } from './fields';
import type { Expression } from './intrinsic-parse';
import { type Json, parseUntrusted, toJson } from './json';
import { parseChoices } from './parse-choice';
import { MAX_SECONDS, numberSource, parseMapFields, parseResource, parseWorking } from './parse-work';
import { DefinitionError } from './states-error';
import { escapePointer, parseExpression, parseTemplate } from './template';
import { timestampMs } from './timestamp';

/**
 * Parses and checks a definition, as JSON or its text.
 * @throws DefinitionError naming the JSON pointer of the first thing that is not accepted
 */
export function parseMachine(definition: unknown): Machine {
  const fields = new Fields(definitionJson(definition), '');
  const version = fields.raw('Version');
  if (version !== undefined && version !== '1.0') throw fields.fail('Version', 'only version 1.0 exists');
  const timeoutSeconds = fields.optionalNumber('TimeoutSeconds', { from: 1, to: MAX_SECONDS, whole: true });
  checkQueryLanguage(fields);
  const group = parseGroup(fields);
  checkUniqueNames(group, '', new Set());
  return { ...group, timeoutSeconds };
}

function definitionJson(definition: unknown): Json {
  if (typeof definition !== 'string') return toJson(definition);
  try {
    return parseUntrusted(definition);
  } catch (error) {
    throw new DefinitionError('', `the definition is not JSON: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

function checkQueryLanguage(fields: Fields): void {
  const language = fields.raw('QueryLanguage');
  if (language !== undefined && language !== 'JSONPath') {
    throw fields.fail('QueryLanguage', 'only JSONPath is supported');
  }
}

/** Reads StartAt and States, closes the object and checks that every target exists. */
function parseGroup(fields: Fields): StateGroup {
  const startAt = fields.text('StartAt');
  const states = new Map<string, State>();
  const all = new Fields(fields.required('States'), fields.at('States'));
  for (const name of all.names) {
    if (name.length > 80) throw all.fail(name, 'a state name has at most 80 characters');
    states.set(name, parseState(name, new Fields(all.required(name), all.at(name))));
  }
  fields.close();
  const group = { startAt, states };
  checkTargets(group, fields);
  return group;
}

function checkTargets({ startAt, states }: StateGroup, fields: Fields): void {
  if (!states.has(startAt)) throw fields.fail('StartAt', `there is no state '${startAt}'`);
  for (const [name, state] of states) {
    const missing = targets(state).find((target) => !states.has(target));
    if (missing === undefined) continue;
    const pointer = `${fields.at('States')}/${escapePointer(name)}`;
    throw new DefinitionError(pointer, `leads to '${missing}', which does not exist here`);
  }
}

/**
 * Names of the states that nothing leads to. Step Functions refuses to create such a machine (MISSING_TRANSITION_TARGET);
 * it can be run all the same, which is what somebody who edits an assembly by hand wants to see.
 */
export function unreachableStates({ startAt, states }: StateGroup): readonly string[] {
  const reached = new Set<string>();
  const pending = [startAt];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const state = states.get(name);
    if (state === undefined || reached.has(name)) continue;
    reached.add(name);
    pending.push(...targets(state));
  }
  return [...states].flatMap(([name, state]) => [
    ...(reached.has(name) ? [] : [name]),
    ...innerGroups(state).flatMap(unreachableStates),
  ]);
}

function innerGroups(state: State): readonly StateGroup[] {
  if (state.type === 'Map') return [state.processor];
  return state.type === 'Parallel' ? state.branches : [];
}

/** Every state that another may lead to: Next, Default, the rules of a Choice, catchers. */
export function targets(state: State): string[] {
  switch (state.type) {
    case 'Choice':
      return [...state.choices.map((choice) => choice.next), ...(state.default === undefined ? [] : [state.default])];
    case 'Succeed':
    case 'Fail':
      return [];
    case 'Pass':
    case 'Wait':
      return state.next === undefined ? [] : [state.next];
    case 'Task':
    case 'Parallel':
    case 'Map':
      return [...(state.next === undefined ? [] : [state.next]), ...state.catch.map((catcher) => catcher.next)];
  }
}

/** "State names must be unique within the scope of the whole state machine." */
function checkUniqueNames(group: StateGroup, pointer: string, seen: Set<string>): void {
  for (const [name, state] of group.states) {
    const at = `${pointer}/States/${escapePointer(name)}`;
    if (seen.has(name)) throw new DefinitionError(at, `the name '${name}' is used twice in the machine`);
    seen.add(name);
    if (state.type === 'Map') checkUniqueNames(state.processor, `${at}/ItemProcessor`, seen);
    if (state.type === 'Parallel') {
      for (const [i, branch] of state.branches.entries()) checkUniqueNames(branch, `${at}/Branches/${i}`, seen);
    }
  }
}

function parseState(name: string, fields: Fields): State {
  const type = fields.text('Type');
  checkQueryLanguage(fields);
  const state = stateOfType(type, name, fields);
  fields.close();
  return state;
}

function stateOfType(type: string, name: string, fields: Fields): State {
  switch (type) {
    case 'Pass':
      return parsePass(name, fields);
    case 'Succeed':
      return { type, name, ...parseFilters(fields) };
    case 'Fail':
      return { type, name, error: parseFailText(fields, 'Error'), cause: parseFailText(fields, 'Cause') };
    case 'Choice':
      return {
        type,
        name,
        ...parseFilters(fields),
        choices: parseChoices(fields),
        default: fields.optionalText('Default'),
      };
    case 'Wait':
      return { type, name, ...parseFilters(fields), ...parseFlow(fields), until: parseUntil(fields) };
    case 'Task':
      return { type, name, ...parseWorking(fields, parseFilters(fields), parseFlow(fields)), ...parseTask(fields) };
    case 'Parallel':
      return parseParallel(name, fields);
    case 'Map':
      return parseMap(name, fields);
    default:
      throw fields.fail('Type', `unknown state type '${type}'`);
  }
}

function parsePass(name: string, fields: Fields): PassState {
  const parameters = fields.raw('Parameters');
  return {
    type: 'Pass',
    name,
    ...parseFilters(fields),
    ...parseFlow(fields),
    result: fields.raw('Result'),
    parameters: parameters === undefined ? undefined : parseTemplate(parameters, fields.at('Parameters')),
    resultPath: fields.pathOrNull('ResultPath', 'reference'),
  };
}

function parseParallel(name: string, fields: Fields): ParallelState {
  const working = parseWorking(fields, parseFilters(fields), parseFlow(fields));
  const branches = fields
    .list('Branches')
    .map((value, i) => parseGroup(new Fields(value, `${fields.at('Branches')}/${i}`)));
  return { type: 'Parallel', name, ...working, branches };
}

function parseMap(name: string, fields: Fields): MapState {
  const working = parseWorking(fields, parseFilters(fields), parseFlow(fields));
  const own = parseMapFields(fields, working.parameters);
  return { type: 'Map', name, ...working, ...own, processor: parseProcessor(fields) };
}

function parseFilters(fields: Fields): Filtered {
  return { inputPath: fields.pathOrNull('InputPath'), outputPath: fields.pathOrNull('OutputPath') };
}

function parseFlow(fields: Fields): Flowing {
  fields.exclusive('Next', 'End');
  const end = fields.optionalBoolean('End') ?? false;
  if (!end && !fields.has('Next')) throw new DefinitionError(fields.pointer, "a state needs 'Next' or 'End': true");
  return { next: end ? undefined : fields.text('Next') };
}

function parseFailText(fields: Fields, name: 'Error' | 'Cause'): Expression | undefined {
  const byPath = `${name}Path`;
  fields.exclusive(name, byPath);
  const value = fields.optionalText(name);
  if (value !== undefined) return { kind: 'literal', value };
  const expression = fields.optionalText(byPath);
  if (expression === undefined) return undefined;
  try {
    return parseExpression(expression);
  } catch (error) {
    throw fields.fail(byPath, error instanceof Error ? error.message : 'cannot be parsed');
  }
}

function parseUntil(fields: Fields): WaitState['until'] {
  fields.exclusive('Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath');
  if (fields.has('Timestamp')) {
    const at = fields.text('Timestamp');
    if (timestampMs(at) === undefined)
      throw fields.fail('Timestamp', 'expected a timestamp such as 2026-01-31T12:00:00Z');
    return { kind: 'timestamp', at };
  }
  if (fields.has('TimestampPath'))
    return { kind: 'timestampPath', path: fields.path('TimestampPath', undefined, 'reference') };
  const seconds = numberSource(fields, 'Seconds', { from: 0, to: MAX_SECONDS });
  if (seconds === undefined) {
    throw new DefinitionError(fields.pointer, 'a Wait needs Seconds, SecondsPath, Timestamp or TimestampPath');
  }
  return { kind: 'seconds', seconds };
}

function parseTask(fields: Fields) {
  const timeout = numberSource(fields, 'TimeoutSeconds', { from: 1, to: MAX_SECONDS });
  const heartbeat = numberSource(fields, 'HeartbeatSeconds', { from: 1, to: MAX_SECONDS });
  if (heartbeat?.kind === 'fixed' && timeout?.kind === 'fixed' && heartbeat.value >= timeout.value) {
    throw fields.fail('HeartbeatSeconds', 'must be smaller than TimeoutSeconds');
  }
  return { resource: parseResource(fields), timeout, heartbeat };
}

/** ItemProcessor, or Iterator as it was called before; only the inline mode. */
function parseProcessor(fields: Fields): StateGroup {
  fields.exclusive('ItemProcessor', 'Iterator');
  const name = fields.has('Iterator') ? 'Iterator' : 'ItemProcessor';
  const processor = new Fields(fields.required(name), fields.at(name));
  const config = processor.raw('ProcessorConfig');
  if (config !== undefined) {
    const inner = new Fields(config, processor.at('ProcessorConfig'));
    if ((inner.optionalText('Mode') ?? 'INLINE') !== 'INLINE')
      throw inner.fail('Mode', 'only the INLINE mode is supported');
    inner.close();
  }
  return parseGroup(processor);
}
