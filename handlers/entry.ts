import type * as z from 'zod';
import { AlreadyDone, describeError, Refusal } from '../core/errors';

/** The part of Lambda's context we use. */
export interface CallContext {
  readonly awsRequestId?: string;
}

export type LogLine = Readonly<Record<string, unknown>>;

/** Keys whose values are never logged: bearer secrets, and what people or hosts wrote. */
const SECRET_KEYS =
  /token|secret|signature|password|authorization|cookie|privatekey|response_url|trigger_id|^url$|^body$/i;
/** Presigned URLs are a permission in themselves. */
const SIGNED_URL = /https?:\/\/\S*X-Amz-(?:Signature|Credential|Security-Token)=\S*/gi;
const MAX_TEXT = 500;
const MAX_DEPTH = 4;

/** A copy fit for logs: secrets gone, signed URLs gone, long texts cut, depth bounded. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    const text = value.replace(SIGNED_URL, '[signed url]');
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.slice(0, 20).map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, SECRET_KEYS.test(key) ? '[redacted]' : redact(inner, depth + 1)]),
  );
}

/** One JSON line per call on stdout. */
export function logLine(line: LogLine): void {
  process.stdout.write(`${JSON.stringify(redact(line))}\n`);
}

/**
 * Makes the Lambda handler of a verb: parses the event, runs the maker's function, writes one log line, and lets errors
 * out under the names the state machine matches on. An event of another shape is a Refusal naming the first wrong field.
 */
export function entry<S extends z.ZodType, O>(
  name: string,
  shape: S,
  run: (input: z.output<S>) => Promise<O>,
  log: (line: LogLine) => void = logLine,
): (event: unknown, context?: CallContext) => Promise<O> {
  return async (event, context) => {
    const about = { function: name, requestId: context?.awsRequestId };
    const parsed = shape.safeParse(event);
    if (!parsed.success) {
      const first = parsed.error.issues[0];
      const refusal = new Refusal(
        'input.malformed',
        `${name} was called with ${first === undefined ? 'a malformed event' : `${first.path.join('.') || 'an event'}: ${first.message}`}.`,
      );
      log({ level: 'error', ...about, error: describeError(refusal) });
      throw refusal;
    }
    try {
      const output = await run(parsed.data);
      log({ level: 'info', ...about, ...idsOf(parsed.data), output });
      return output;
    } catch (error) {
      log({ level: levelOf(error), ...about, ...idsOf(parsed.data), error: describeError(error) });
      throw error;
    }
  };
}

/** A step that ends at once by failing with AlreadyDone has done its work. */
function levelOf(error: unknown): 'info' | 'error' {
  return error instanceof AlreadyDone ? 'info' : 'error';
}

/** The ids of a task's input, to find the line again; never the rest of the input. */
function idsOf(input: unknown): LogLine {
  if (typeof input !== 'object' || input === null) return {};
  const ids = ['incident', 'run', 'step', 'gate'] as const;
  return Object.fromEntries(Object.entries(input).filter(([key]) => ids.some((id) => id === key)));
}
