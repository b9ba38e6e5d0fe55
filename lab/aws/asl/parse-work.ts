import type { Catcher, Filtered, Flowing, MapState, NumberSource, Resource, Working } from './definition';
import { Fields } from './fields';
import type { Json } from './json';
import { parsePath } from './path-parse';
import type { Retrier } from './retry';
import { DefinitionError } from './states-error';
import { parseTemplate, type Template } from './template';

/** The largest number of seconds the service takes anywhere (about three years). */
export const MAX_SECONDS = 99_999_999;

/** `Name` or `NamePath`, never both. */
export function numberSource(
  fields: Fields,
  name: string,
  range: { from: number; to: number },
): NumberSource | undefined {
  const byPath = `${name}Path`;
  fields.exclusive(name, byPath);
  if (fields.has(byPath)) return { kind: 'path', path: fields.path(byPath, undefined, 'reference'), field: byPath };
  const value = fields.optionalNumber(name, { ...range, whole: true });
  return value === undefined ? undefined : { kind: 'fixed', value };
}

/** What Task, Parallel and Map have in common. */
export function parseWorking(fields: Fields, filters: Filtered, flow: Flowing): Working {
  const resultPath = fields.pathOrNull('ResultPath', 'reference');
  if (resultPath?.root === 'context') throw fields.fail('ResultPath', 'the context object cannot be written');
  return {
    ...filters,
    ...flow,
    parameters: template(fields, 'Parameters'),
    resultSelector: template(fields, 'ResultSelector'),
    resultPath,
    retry: parseRetry(fields),
    catch: parseCatch(fields),
  };
}

function template(fields: Fields, name: string): Template | undefined {
  const value = fields.raw(name);
  return value === undefined ? undefined : parseTemplate(value, fields.at(name));
}

function entries(fields: Fields, name: 'Retry' | 'Catch'): Fields[] {
  const value = fields.raw(name);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw fields.fail(name, 'expected a list');
  return value.map((entry, i) => new Fields(entry, `${fields.at(name)}/${i}`));
}

/** States.ALL stands alone, and in the last entry. */
function errorEquals(entry: Fields, last: boolean): string[] {
  const names = entry.list('ErrorEquals').map((name: Json) => {
    if (typeof name !== 'string' || name === '') throw entry.fail('ErrorEquals', 'expected error names');
    return name;
  });
  if (names.includes('States.ALL') && (names.length > 1 || !last)) {
    throw entry.fail('ErrorEquals', 'States.ALL must stand alone and in the last entry');
  }
  return names;
}

function parseRetry(fields: Fields): Retrier[] {
  return entries(fields, 'Retry').map((entry, i, all) => {
    const intervalSeconds = entry.optionalNumber('IntervalSeconds', { from: 1, to: MAX_SECONDS, whole: true }) ?? 1;
    // "Must be greater than 0 and less than 31622400", and greater than IntervalSeconds.
    const maxDelaySeconds = entry.optionalNumber('MaxDelaySeconds', { from: 1, to: 31_622_399, whole: true });
    if (maxDelaySeconds !== undefined && maxDelaySeconds <= intervalSeconds) {
      throw entry.fail('MaxDelaySeconds', 'must be greater than IntervalSeconds');
    }
    const jitter = entry.optionalText('JitterStrategy') ?? 'NONE';
    if (jitter !== 'FULL' && jitter !== 'NONE') throw entry.fail('JitterStrategy', 'expected FULL or NONE');
    const retrier: Retrier = {
      errorEquals: errorEquals(entry, i === all.length - 1),
      intervalSeconds,
      maxAttempts: entry.optionalNumber('MaxAttempts', { from: 0, to: MAX_SECONDS, whole: true }) ?? 3,
      backoffRate: entry.optionalNumber('BackoffRate', { from: 1, to: Number.MAX_VALUE, whole: false }) ?? 2,
      maxDelaySeconds,
      jitter,
    };
    entry.close();
    return retrier;
  });
}

function parseCatch(fields: Fields): Catcher[] {
  return entries(fields, 'Catch').map((entry, i, all) => {
    const catcher: Catcher = {
      errorEquals: errorEquals(entry, i === all.length - 1),
      next: entry.text('Next'),
      resultPath: entry.pathOrNull('ResultPath', 'reference'),
    };
    entry.close();
    return catcher;
  });
}

const INTEGRATION =
  /^arn:aws[a-z-]*:states:[^:]*:[^:]*:((?:aws-sdk:)?[A-Za-z0-9-]+):([A-Za-z0-9]+)(\.waitForTaskToken)?$/;
const FUNCTION = /^arn:aws[a-z-]*:lambda:[^:]+:\d+:function:[^:]+(?::[^:]+)?$/;

/**
 * The Resource of a Task. Refused: activities and HTTP endpoints (no workers here), and `.sync`, whose submission the host could not
 * report apart from its end.
 */
export function parseResource(fields: Fields): Resource {
  const text = fields.text('Resource');
  if (FUNCTION.test(text)) return { kind: 'function', arn: text };
  const [, service, action, suffix] = INTEGRATION.exec(text) ?? [];
  if (service === undefined || action === undefined || service === 'activity' || service === 'http') {
    throw fields.fail('Resource', `'${text}' is not a Lambda function or a supported service integration`);
  }
  return { kind: 'integration', service, action, waitForToken: suffix !== undefined };
}

type MapFields = Pick<
  MapState,
  'itemsPath' | 'itemSelector' | 'maxConcurrency' | 'toleratedCount' | 'toleratedPercentage' | 'parameters'
>;

/** The fields only a Map has. `Parameters` is the older name of ItemSelector. */
export function parseMapFields(fields: Fields, parameters: Template | undefined): MapFields {
  fields.exclusive('ItemSelector', 'Parameters');
  for (const name of ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label']) {
    if (fields.has(name)) throw new DefinitionError(fields.at(name), 'only the INLINE mode of Map is supported');
  }
  return {
    parameters: undefined,
    itemSelector: template(fields, 'ItemSelector') ?? parameters,
    itemsPath: fields.has('ItemsPath') ? fields.path('ItemsPath') : parsePath('$'),
    maxConcurrency: numberSource(fields, 'MaxConcurrency', { from: 0, to: MAX_SECONDS }) ?? { kind: 'fixed', value: 0 },
    toleratedCount: numberSource(fields, 'ToleratedFailureCount', { from: 0, to: MAX_SECONDS }),
    toleratedPercentage: numberSource(fields, 'ToleratedFailurePercentage', { from: 0, to: 100 }),
  };
}
