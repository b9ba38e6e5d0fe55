import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsFault } from '../service';

/** Smithy's timestamp schemas: 5 date-time, 6 http-date, 7 epoch-seconds; 4 takes the protocol's default. */
export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';

export function timestampFormat(schema: NormalizedSchema, fallback: TimestampFormat): TimestampFormat {
  switch (schema.getSchema()) {
    case 5:
      return 'date-time';
    case 6:
      return 'http-date';
    case 7:
      return 'epoch-seconds';
    default:
      return fallback;
  }
}

/** A scalar as it stands in forms, XML text, query strings and headers. */
export function readScalar(schema: NormalizedSchema, text: string, where: string): unknown {
  if (schema.isBooleanSchema()) return readBoolean(text, where);
  if (schema.isTimestampSchema()) return readTimestamp(text, where);
  if (schema.isBigIntegerSchema()) return BigInt(text);
  if (schema.isNumericSchema()) {
    const number = Number(text);
    if (text === '' || Number.isNaN(number)) throw malformed(where, text, 'a number');
    return number;
  }
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  return text;
}

export function writeScalar(schema: NormalizedSchema, value: unknown, format: TimestampFormat): string {
  if (value instanceof Date) return writeTimestamp(value, timestampFormat(schema, format));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value);
}

export function writeTimestamp(value: Date, format: TimestampFormat): string {
  switch (format) {
    case 'date-time':
      return value.toISOString();
    case 'http-date':
      return value.toUTCString();
    case 'epoch-seconds':
      return String(value.getTime() / 1000);
  }
}

function readBoolean(text: string, where: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw malformed(where, text, 'true or false');
}

function readTimestamp(text: string, where: string): Date {
  const value = /^[0-9]+(\.[0-9]+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  if (Number.isNaN(value.getTime())) throw malformed(where, text, 'a timestamp');
  return value;
}

function malformed(where: string, text: string, wanted: string): AwsFault {
  return new AwsFault('InvalidParameterValue', `${where} is ${JSON.stringify(text)}, which is not ${wanted}.`);
}
