import type { NormalizedSchema } from '@smithy/core/schema';
import { XMLParser } from 'fast-xml-parser';
import { LabUnsupported } from '../service';
import { readScalar, writeScalar } from './scalars';

/** Escapes text; characters that XML 1.0 forbids are dropped, as no AWS answer may hold them. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\r/g, '&#13;');
}

export function element(name: string, inner: string, attributes = ''): string {
  return `<${name}${attributes}>${inner}</${name}>`;
}

/** The children of a structure as XML. A member that the schema does not have is a fault of the double. */
export function encodeStructXml(schema: NormalizedSchema, value: object): string {
  const entries = new Map<string, unknown>(Object.entries(value));
  let out = '';
  for (const [name, member] of schema.structIterator()) {
    const item = entries.get(name);
    entries.delete(name);
    if (item === undefined || item === null) continue;
    out += encodeMember(member.getMemberTraits().xmlName ?? name, member, item);
  }
  entries.delete('$metadata');
  if (entries.size > 0) throw new Error(`${schema.getName()} has no member ${[...entries.keys()].join(', ')}`);
  return out;
}

function encodeMember(key: string, schema: NormalizedSchema, value: unknown): string {
  const flat = schema.getMergedTraits().xmlFlattened !== undefined;
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw new Error(`${key} is not a list`);
    const member = schema.getValueSchema();
    const itemKey = flat ? key : (member.getMergedTraits().xmlName ?? 'member');
    const items = value.map((item) => encodeMember(itemKey, member, item)).join('');
    return flat ? items : element(key, items);
  }
  if (typeof value === 'object' && value !== null) {
    if (schema.isMapSchema()) return encodeMap(key, schema, value, flat);
    if (schema.isStructSchema()) return element(key, encodeStructXml(schema, value));
  }
  return element(key, escapeXml(writeScalar(schema, value, 'date-time')));
}

function encodeMap(key: string, schema: NormalizedSchema, value: object, flat: boolean): string {
  const keySchema = schema.getKeySchema();
  const valueSchema = schema.getValueSchema();
  const entries = Object.entries(value).map(([name, item]) =>
    element(
      flat ? key : 'entry',
      encodeMember(keySchema.getMergedTraits().xmlName ?? 'key', keySchema, name) +
        encodeMember(valueSchema.getMergedTraits().xmlName ?? 'value', valueSchema, item),
    ),
  );
  return flat ? entries.join('') : element(key, entries.join(''));
}

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: false });

/** A request body of XML (S3) → the SDK's input object; the root element's name is not looked at. */
export function decodeXml(schema: NormalizedSchema, body: string): unknown {
  const parsed: unknown = parser.parse(body, true);
  if (typeof parsed !== 'object' || parsed === null) throw new LabUnsupported('an empty XML body');
  const root = Object.entries(parsed).find(([key]) => !key.startsWith('?'));
  return decodeXmlNode(schema, root?.[1], root?.[0] ?? 'body');
}

function decodeXmlNode(schema: NormalizedSchema, value: unknown, where: string): unknown {
  if (schema.isListSchema()) {
    const flat = schema.getMergedTraits().xmlFlattened !== undefined;
    const key = schema.getValueSchema().getMergedTraits().xmlName ?? 'member';
    const items = flat ? value : isRecord(value) ? value[key] : undefined;
    const list = items === undefined ? [] : Array.isArray(items) ? items : [items];
    return list.map((item) => decodeXmlNode(schema.getValueSchema(), item, where));
  }
  if (schema.isStructSchema()) return decodeXmlStruct(schema, isRecord(value) ? value : {}, where);
  return readScalar(schema, typeof value === 'string' ? value : '', where);
}

function decodeXmlStruct(schema: NormalizedSchema, value: Record<string, unknown>, where: string): object {
  const out: Record<string, unknown> = {};
  const unread = new Set(Object.keys(value).filter((key) => key !== '#text'));
  for (const [name, member] of schema.structIterator()) {
    const key = member.getMemberTraits().xmlName ?? name;
    if (!unread.delete(key)) continue;
    out[name] = decodeXmlNode(member, value[key], `${where}.${name}`);
  }
  if (unread.size > 0) throw new LabUnsupported(`the element ${[...unread].join(', ')} of ${where}`);
  return out;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
