import type { NormalizedSchema } from '@smithy/core/schema';
import { LabUnsupported, type ServiceDouble } from '../service';
import type { HttpAnswer, HttpRequest } from './http';
import { decodeJson, encodeJson, parseJsonBody } from './json';
import { modelsOf, type OperationModel } from './model';
import { readScalar, type TimestampFormat, writeScalar } from './scalars';
import { decodeXml, element, encodeStructXml } from './xml';

export interface RestMatch {
  readonly model: OperationModel;
  readonly labels: ReadonlyMap<string, string>;
}

/** Parts of a signature and the SDK's own hint; they are no input. */
const SIGNING =
  /^(x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256)|x-id)$/i;

/**
 * The operation of the double whose method, path template and fixed query parameters fit; where several fit,
 * the one with most fixed and bound query parameters present. S3 templates leave the bucket out: it is the first segment.
 */
export function matchRest(double: ServiceDouble, request: HttpRequest): RestMatch {
  if (double.model === undefined) throw new LabUnsupported(`REST calls of ${double.name} without a model`);
  let best: { match: RestMatch; score: number } | undefined;
  for (const model of modelsOf(double.model).values()) {
    const labels = matchOne(model, request);
    if (labels === undefined) continue;
    const score = scoreOf(model, request);
    if (score !== undefined && (best === undefined || score > best.score)) best = { match: { model, labels }, score };
  }
  if (best === undefined) throw new LabUnsupported(`${double.name} ${request.method} ${request.path}`);
  return best.match;
}

function matchOne(model: OperationModel, request: HttpRequest): ReadonlyMap<string, string> | undefined {
  const http = model.http;
  if (http === undefined || http.method !== request.method) return undefined;
  const given = request.path.replace(/^\//, '').split('/').map(decodeURIComponent);
  const labels = new Map<string, string>();
  const hasBucket = 'Bucket' in model.input.getMemberSchemas();
  if (hasBucket && !http.segments.includes('{Bucket}')) labels.set('Bucket', given.shift() ?? '');
  const segments = given.length === 1 && given[0] === '' ? [] : given;
  for (const [index, wanted] of http.segments.entries()) {
    const label = /^\{(\w+)(\+?)\}$/.exec(wanted);
    const actual = label?.[2] === '+' ? segments.slice(index).join('/') : segments[index];
    if (actual === undefined || actual === '') return undefined;
    if (label?.[1] !== undefined) labels.set(label[1], actual);
    else if (actual !== wanted) return undefined;
    if (label?.[2] === '+') return labels;
  }
  return segments.filter((segment) => segment !== '').length === http.segments.length ? labels : undefined;
}

/** Undefined when a fixed parameter is absent or a required query parameter is missing. */
function scoreOf(model: OperationModel, request: HttpRequest): number | undefined {
  let score = 0;
  for (const [key, value] of model.http?.query ?? []) {
    const given = request.query.get(key);
    if (key === 'x-id' && given === null) continue;
    if (given === null || (value !== '' && given !== value)) return undefined;
    score += 10;
  }
  const bound = new Set([...(model.http?.query.keys() ?? [])]);
  for (const [, member] of model.input.structIterator()) bound.add(String(member.getMergedTraits().httpQuery ?? ''));
  for (const key of request.query.keys()) if (!SIGNING.test(key)) score += bound.has(key) ? 1 : -20;
  return score;
}

/** Labels, query, headers and body → the SDK's input object. */
export function decodeRest(double: ServiceDouble, match: RestMatch, request: HttpRequest): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const bodyNames = new Set<string>();
  const known = new Set([...(match.model.http?.query.keys() ?? [])]);
  for (const [name, member] of match.model.input.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.httpQuery !== undefined) known.add(traits.httpQuery);
    if (traits.httpPayload !== undefined) {
      if (request.body.length > 0) out[name] = decodePayload(double, member, request.body);
    } else if (isBound(member)) {
      const value = boundValue(name, member, match, request);
      if (value !== undefined) out[name] = value;
    } else bodyNames.add(name);
  }
  const stray = [...request.query.keys()].filter((key) => !known.has(key) && !SIGNING.test(key));
  if (stray.length > 0) throw new LabUnsupported(`the query parameter ${stray.join(', ')} of ${match.model.name}`);
  if (bodyNames.size > 0) Object.assign(out, decodeBody(double, match.model, request));
  return out;
}

function isBound(member: NormalizedSchema): boolean {
  const { httpLabel, httpQuery, httpHeader, httpPrefixHeaders } = member.getMergedTraits();
  return [httpLabel, httpQuery, httpHeader, httpPrefixHeaders].some((trait) => trait !== undefined);
}

function boundValue(name: string, member: NormalizedSchema, match: RestMatch, request: HttpRequest): unknown {
  const traits = member.getMergedTraits();
  if (traits.httpPrefixHeaders !== undefined) return prefixed(request.headers, traits.httpPrefixHeaders);
  const text =
    traits.httpLabel !== undefined
      ? match.labels.get(name)
      : traits.httpQuery !== undefined
        ? (request.query.get(traits.httpQuery) ?? undefined)
        : request.headers[String(traits.httpHeader).toLowerCase()];
  if (text === undefined) return undefined;
  if (!member.isListSchema()) return readScalar(member, text, name);
  const items = traits.httpQuery !== undefined ? request.query.getAll(traits.httpQuery) : text.split(',');
  return items.map((item) => readScalar(member.getValueSchema(), item.trim(), name));
}

function prefixed(headers: HttpRequest['headers'], prefix: string): Record<string, string> | undefined {
  const found = Object.entries(headers).flatMap(([key, value]) =>
    key.startsWith(prefix) && value !== undefined ? [[key.slice(prefix.length), value] as const] : [],
  );
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function decodePayload(double: ServiceDouble, member: NormalizedSchema, body: Buffer): unknown {
  if (member.isBlobSchema()) return body;
  if (member.isStringSchema()) return body.toString('utf8');
  if (double.protocol === 'rest-xml') return decodeXml(member, body.toString('utf8'));
  return decodeJson(member, parseJsonBody(body.toString('utf8')), 'body');
}

function decodeBody(double: ServiceDouble, model: OperationModel, request: HttpRequest): unknown {
  if (request.body.length === 0) return {};
  const text = request.body.toString('utf8');
  if (double.protocol === 'rest-xml') return decodeXml(model.input, text);
  return decodeJson(model.input, parseJsonBody(text), model.name);
}

/** The SDK's output object → status, headers and body. */
export function encodeRest(double: ServiceDouble, model: OperationModel, output: object): HttpAnswer {
  const headers: Record<string, string> = {};
  const rest: Record<string, unknown> = { ...output };
  let payload: { member: NormalizedSchema; value: unknown } | undefined;
  let status = model.http?.status ?? 200;
  for (const [name, member] of model.output.structIterator()) {
    const traits = member.getMergedTraits();
    const value = rest[name];
    if (traits.httpPayload === undefined && traits.httpResponseCode === undefined && !isBound(member)) continue;
    delete rest[name];
    if (value === undefined || value === null) continue;
    if (traits.httpPayload !== undefined) payload = { member, value };
    else if (traits.httpResponseCode !== undefined) status = Number(value);
    else Object.assign(headers, encodeHeaders(member, value));
  }
  const encoded = payload === undefined ? encodeBody(double, model, rest) : encodePayload(double, payload);
  return {
    status,
    headers: { ...(encoded.type === '' ? {} : { 'content-type': encoded.type }), ...headers },
    body: encoded.body,
  };
}

function encodeHeaders(member: NormalizedSchema, value: unknown): Record<string, string> {
  const { httpHeader, httpPrefixHeaders } = member.getMergedTraits();
  if (httpPrefixHeaders !== undefined && typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [httpPrefixHeaders + key, String(item)]));
  }
  const format: TimestampFormat = 'http-date';
  const text = Array.isArray(value)
    ? value.map((item) => writeScalar(member.getValueSchema(), item, format)).join(',')
    : writeScalar(member, value, format);
  return { [String(httpHeader).toLowerCase()]: text };
}

interface Encoded {
  readonly type: string;
  readonly body: string | Uint8Array;
}

function encodePayload(double: ServiceDouble, payload: { member: NormalizedSchema; value: unknown }): Encoded {
  const { member, value } = payload;
  if (value instanceof Uint8Array) return { type: 'application/octet-stream', body: value };
  if (typeof value === 'string') return { type: 'text/plain', body: value };
  if (double.protocol === 'rest-json') {
    return { type: 'application/json', body: JSON.stringify(encodeJson(member, value)) };
  }
  const name = member.getMergedTraits().xmlName ?? member.getName() ?? 'Result';
  return { type: 'application/xml', body: element(name, encodeStructXml(member, Object(value))) };
}

function encodeBody(double: ServiceDouble, model: OperationModel, rest: object): Encoded {
  if (double.protocol === 'rest-json') {
    return { type: 'application/json', body: JSON.stringify(encodeJson(model.output, rest) ?? {}) };
  }
  if (model.output.isUnitSchema() || Object.values(rest).every((value) => value === undefined)) {
    return { type: '', body: '' };
  }
  const body = element(model.output.getName() ?? 'Result', encodeStructXml(model.output, rest));
  return { type: 'application/xml', body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}
