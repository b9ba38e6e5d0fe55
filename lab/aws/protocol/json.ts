import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsFault, LabUnsupported } from '../service';
import { timestampFormat, writeTimestamp } from './scalars';

export function parseJsonBody(body: string): unknown {
  if (body.trim() === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new AwsFault('SerializationException', 'The request body is not JSON.');
  }
}

/** JSON → the SDK's input object (dates, byte arrays). Members the schema does not have are a LabUnsupported. */
export function decodeJson(schema: NormalizedSchema, value: unknown, where: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (schema.isDocumentSchema()) return value;
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongShape(where, 'a list');
    return value.map((item, index) => decodeJson(schema.getValueSchema(), item, `${where}[${index}]`));
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(asObject(value, where));
    return Object.fromEntries(
      entries.map(([key, item]) => [key, decodeJson(schema.getValueSchema(), item, `${where}.${key}`)]),
    );
  }
  if (schema.isStructSchema()) return decodeStruct(schema, asObject(value, where), where);
  if (schema.isTimestampSchema()) return typeof value === 'number' ? new Date(value * 1000) : new Date(String(value));
  if (schema.isBlobSchema()) return Buffer.from(String(value), 'base64');
  return value;
}

function decodeStruct(schema: NormalizedSchema, value: object, where: string): object {
  const entries = new Map<string, unknown>(Object.entries(value));
  const out: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const key = member.getMergedTraits().jsonName ?? name;
    if (!entries.has(key)) continue;
    const item = decodeJson(member, entries.get(key), `${where}.${name}`);
    if (item !== undefined) out[name] = item;
    entries.delete(key);
  }
  if (entries.size > 0) throw new LabUnsupported(`the member ${[...entries.keys()].join(', ')} of ${where}`);
  return out;
}

/** A value that is already as the wire has it: a finding that came as JSON goes out as the same JSON. */
export class WireJson {
  constructor(readonly json: unknown) {}
}

/** The SDK's output object → plain JSON. */
export function encodeJson(schema: NormalizedSchema, value: unknown): unknown {
  if (value instanceof WireJson) return value.json;
  if (value === null || value === undefined || schema.isDocumentSchema()) return value;
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.map((item) => encodeJson(schema.getValueSchema(), item));
  }
  if (value instanceof Date) {
    const format = timestampFormat(schema, 'epoch-seconds');
    return format === 'epoch-seconds' ? value.getTime() / 1000 : writeTimestamp(value, format);
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value !== 'object') return value;
  if (schema.isMapSchema()) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, encodeJson(schema.getValueSchema(), item)]),
    );
  }
  return encodeStruct(schema, value);
}

function encodeStruct(schema: NormalizedSchema, value: object): object {
  const entries = new Map<string, unknown>(Object.entries(value));
  const out: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const item = entries.get(name);
    entries.delete(name);
    if (item !== undefined && item !== null) out[member.getMergedTraits().jsonName ?? name] = encodeJson(member, item);
  }
  entries.delete('$metadata');
  if (entries.size > 0) throw new Error(`${schema.getName()} has no member ${[...entries.keys()].join(', ')}`);
  return out;
}

function asObject(value: unknown, where: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongShape(where, 'an object');
  return value;
}

function wrongShape(where: string, wanted: string): AwsFault {
  return new AwsFault('SerializationException', `${where} is not ${wanted}.`);
}
