import { NormalizedSchema } from '@smithy/core/schema';
import { LabUnsupported, type ServiceDouble } from '../service';

export interface HttpBinding {
  readonly method: string;
  /** Path segments, `{Name}` or `{Name+}` for labels. */
  readonly segments: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  readonly status: number;
}

export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  readonly http: HttpBinding | undefined;
}

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];
/** Smithy's static operation schema: [9, namespace, name, traits, input, output]. */
type OperationTuple = readonly [9, string, string, unknown, SchemaRef | null, SchemaRef | null];

function isOperationTuple(value: unknown): value is OperationTuple {
  return Array.isArray(value) && value[0] === 9 && typeof value[2] === 'string';
}

const UNIT: SchemaRef = 'unit';
const known = new WeakMap<object, Map<string, OperationModel>>();

/** The schema of `name` in the double's SDK module; undefined for doubles without a model. */
export function operationModel(double: ServiceDouble, name: string): OperationModel | undefined {
  if (double.model === undefined) return undefined;
  const model = modelsOf(double.model).get(name);
  if (model === undefined) throw new LabUnsupported(`${double.name} ${name}: the SDK has no such operation`);
  return model;
}

/** Every operation of an SDK module (`StopInstances$` …), read once. */
export function modelsOf(module: object): ReadonlyMap<string, OperationModel> {
  const cached = known.get(module);
  if (cached !== undefined) return cached;
  const models = new Map<string, OperationModel>();
  for (const [key, value] of Object.entries(module)) {
    if (!key.endsWith('$') || !isOperationTuple(value)) continue;
    const [, , name, traits, input, output] = value;
    models.set(name, {
      name,
      input: NormalizedSchema.of(input ?? UNIT),
      output: NormalizedSchema.of(output ?? UNIT),
      http: httpBinding(traits),
    });
  }
  known.set(module, models);
  return models;
}

function httpBinding(traits: unknown): HttpBinding | undefined {
  if (typeof traits !== 'object' || traits === null || !('http' in traits) || !Array.isArray(traits.http)) {
    return undefined;
  }
  const [method, template, status] = traits.http;
  const [path, query] = String(template).split('?');
  return {
    method: String(method),
    segments: (path ?? '').split('/').filter((segment) => segment !== ''),
    query: new Map(new URLSearchParams(query ?? '')),
    status: Number(status),
  };
}
