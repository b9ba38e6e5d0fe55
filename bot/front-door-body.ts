import { parse as parseQuery } from 'node:querystring';
import { SLACK_ROUTES, type SlackRoute } from './routes';

/** Deepest nesting Slack sends is a rich-text block in a message in a payload: well under 40. */
const MAX_DEPTH = 40;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  return Object.values(value).some((inner) => tooDeep(inner, left - 1));
}

/** The JSON object in `text` with a string `type`, as Slack's payloads and events always have. */
function typedObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || typeof value.type !== 'string' || tooDeep(value, MAX_DEPTH)) return undefined;
    return value;
  } catch {
    return undefined;
  }
}

/** What a form must carry on the commands path: every field once, and a command. */
function isCommandForm(form: ReturnType<typeof parseQuery>): boolean {
  const once = Object.values(form).every((value) => typeof value === 'string');
  return once && typeof form.command === 'string' && form.payload === undefined;
}

/**
 * Whether a verified body is what its path carries, before Bolt parses it again: a command form, one `payload`,
 * an event object, or Slack's `ssl_check=1` probe.
 */
export function parseSlackBody(route: SlackRoute, text: string): 'fine' | 'ssl-check' | 'malformed' {
  if (route === SLACK_ROUTES.events) return typedObject(text) === undefined ? 'malformed' : 'fine';
  const form = parseQuery(text);
  if (form.ssl_check !== undefined) return form.ssl_check === '1' ? 'ssl-check' : 'malformed';
  if (route === SLACK_ROUTES.commands) return isCommandForm(form) ? 'fine' : 'malformed';
  if (typeof form.payload !== 'string' || Object.keys(form).length !== 1) return 'malformed';
  return typedObject(form.payload) === undefined ? 'malformed' : 'fine';
}
