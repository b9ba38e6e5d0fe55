import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject, jsonEquals, parseUntrusted, setOwn } from './json';

/** A failed call; the evaluator turns it into States.IntrinsicFailure with the call's text. */
export class IntrinsicProblem extends Error {}

/** What a function gets: its values and a source of randomness in [0, 1). */
export interface Invocation {
  args: readonly Json[];
  random: () => number;
}
interface Intrinsic {
  /** Fewest and most arguments. */
  arity: readonly [number, number];
  run: (call: Invocation) => Json;
}

/** "States.ArrayRange … can contain up to 1000 elements." */
const MAX_RANGE = 1000;
/** Base64Encode, Base64Decode and Hash: "10,000 characters or less". */
const MAX_TEXT = 10_000;
const HASHES: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Every intrinsic but States.Format, which needs the unevaluated template (see intrinsic.ts). */
export const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['States.StringToJson', { arity: [1, 1], run: ({ args }) => stringToJson(text(args, 0)) }],
  ['States.JsonToString', { arity: [1, 1], run: ({ args }) => JSON.stringify(any(args, 0)) }],
  ['States.Array', { arity: [0, Infinity], run: ({ args }) => [...args] }],
  ['States.ArrayPartition', { arity: [2, 2], run: ({ args }) => partition(array(args, 0), integer(args, 1)) }],
  ['States.ArrayContains', { arity: [2, 2], run: ({ args }) => contains(array(args, 0), any(args, 1)) }],
  [
    'States.ArrayRange',
    { arity: [3, 3], run: ({ args }) => range(integer(args, 0), integer(args, 1), integer(args, 2)) },
  ],
  ['States.ArrayGetItem', { arity: [2, 2], run: ({ args }) => item(array(args, 0), integer(args, 1)) }],
  ['States.ArrayLength', { arity: [1, 1], run: ({ args }) => array(args, 0).length }],
  ['States.ArrayUnique', { arity: [1, 1], run: ({ args }) => unique(array(args, 0)) }],
  ['States.Base64Encode', { arity: [1, 1], run: ({ args }) => Buffer.from(short(args, 0), 'utf8').toString('base64') }],
  ['States.Base64Decode', { arity: [1, 1], run: ({ args }) => decode(short(args, 0)) }],
  ['States.Hash', { arity: [2, 2], run: ({ args }) => hash(short(args, 0), text(args, 1)) }],
  ['States.JsonMerge', { arity: [3, 3], run: ({ args }) => merge(object(args, 0), object(args, 1), any(args, 2)) }],
  ['States.MathRandom', { arity: [2, 3], run: mathRandom }],
  ['States.MathAdd', { arity: [2, 2], run: ({ args }) => add(integer(args, 0), integer(args, 1)) }],
  ['States.StringSplit', { arity: [2, 2], run: ({ args }) => split(text(args, 0), text(args, 1)) }],
  ['States.UUID', { arity: [0, 0], run: ({ random }) => uuid(random) }],
]);

function any(args: readonly Json[], i: number): Json {
  return args[i] ?? null;
}

function text(args: readonly Json[], i: number): string {
  const value = any(args, i);
  if (typeof value !== 'string') throw new IntrinsicProblem(`argument ${i + 1} must be a string`);
  return value;
}

function short(args: readonly Json[], i: number): string {
  const value = text(args, i);
  if (value.length > MAX_TEXT) throw new IntrinsicProblem(`argument ${i + 1} is longer than ${MAX_TEXT} characters`);
  return value;
}

function array(args: readonly Json[], i: number): Json[] {
  const value = any(args, i);
  if (!Array.isArray(value)) throw new IntrinsicProblem(`argument ${i + 1} must be an array`);
  return value;
}

function object(args: readonly Json[], i: number): JsonObject {
  const value = any(args, i);
  if (!isObject(value)) throw new IntrinsicProblem(`argument ${i + 1} must be an object`);
  return value;
}

/** "If you specify a non-integer value, Step Functions will round it off to the nearest integer"; 32-bit signed. */
function integer(args: readonly Json[], i: number): number {
  const value = any(args, i);
  if (typeof value !== 'number') throw new IntrinsicProblem(`argument ${i + 1} must be a number`);
  return int32(Math.round(value));
}

function int32(value: number): number {
  if (value < -(2 ** 31) || value > 2 ** 31 - 1)
    throw new IntrinsicProblem('a number is outside -2147483648 to 2147483647');
  return value + 0;
}

function stringToJson(value: string): Json {
  try {
    return parseUntrusted(value);
  } catch (error) {
    throw new IntrinsicProblem(`the string is not JSON (${error instanceof Error ? error.message : 'unknown'})`);
  }
}

function partition(items: Json[], size: number): Json {
  if (size < 1) throw new IntrinsicProblem('the size of a partition must be a positive integer');
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

function contains(items: Json[], wanted: Json): boolean {
  return items.some((candidate) => jsonEquals(candidate, wanted));
}

function range(first: number, last: number, step: number): Json {
  // The guide shows rising ranges only; anything else is refused rather than guessed.
  if (step < 1) throw new IntrinsicProblem('the step of a range must be at least 1');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MAX_RANGE) throw new IntrinsicProblem(`a range must not have more than ${MAX_RANGE} elements`);
  return Array.from({ length }, (_, i) => first + i * step);
}

function item(items: Json[], index: number): Json {
  const found = index < 0 ? undefined : items[index];
  if (found === undefined) throw new IntrinsicProblem(`index ${index} is outside an array of ${items.length}`);
  return found;
}

function unique(items: Json[]): Json {
  // By canonical text, so that thousands of items stay fast.
  const seen = new Map<string, Json>();
  for (const candidate of items) {
    const key = canonicalText(candidate);
    if (!seen.has(key)) seen.set(key, candidate);
  }
  return [...seen.values()];
}

function canonicalText(value: Json): string {
  return JSON.stringify(value, (_, inner: Json) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function decode(value: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw new IntrinsicProblem('the string is not Base64');
  return Buffer.from(value, 'base64').toString('utf8');
}

function hash(value: string, algorithm: string): string {
  const name = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (name === undefined) throw new IntrinsicProblem(`the algorithm must be one of ${Object.keys(HASHES).join(', ')}`);
  return createHash(name).update(value, 'utf8').digest('hex');
}

/** "Currently … only supports the shallow merging mode; therefore you must specify the boolean value as false." */
function merge(left: JsonObject, right: JsonObject, deep: Json): Json {
  if (deep !== false) throw new IntrinsicProblem('only shallow merging is supported: the third argument must be false');
  const merged: JsonObject = {};
  for (const [key, value] of [...Object.entries(left), ...Object.entries(right)]) setOwn(merged, key, value);
  return merged;
}

function add(left: number, right: number): number {
  return int32(left + right);
}

/** An integer from the first number (inclusive) to the second (exclusive); with a seed, always the same one. */
function mathRandom({ args, random }: Invocation): number {
  const [from, to] = [integer(args, 0), integer(args, 1)];
  if (to <= from) throw new IntrinsicProblem('the end of the range must be greater than its start');
  const draw = args.length === 3 ? seeded(integer(args, 2)) : random();
  return from + Math.floor(draw * (to - from));
}

/** One draw in [0, 1) of the mulberry32 generator. The service's own generator is not published: only repeatability is kept. */
function seeded(seed: number): number {
  let t = (seed + 0x6d2b79f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

/** Every character of the second argument splits; empty pieces are dropped. */
function split(value: string, delimiters: string): Json {
  const cuts = new Set(delimiters);
  const pieces: string[] = [];
  let piece = '';
  for (const char of value) {
    if (!cuts.has(char)) {
      piece += char;
      continue;
    }
    pieces.push(piece);
    piece = '';
  }
  return [...pieces, piece].filter((part) => part !== '');
}

/** A version 4 UUID from the injected randomness, so that a seeded run repeats it. */
function uuid(random: () => number): string {
  const bytes = Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
