import type { Workspace } from './workspace';

/** Arguments as Slack reads them: forms carry JSON in strings, JSON bodies carry it plainly. */
export type Args = Readonly<Record<string, unknown>>;
export type Answer = { readonly ok: boolean; readonly error?: string; readonly [key: string]: unknown };
export type Method = (args: Args, workspace: Workspace) => Answer;

export const fail = (error: string, messages?: readonly string[]): Answer =>
  messages ? { ok: false, error, response_metadata: { messages } } : { ok: false, error };

export function str(args: Args, name: string): string | undefined {
  const value = args[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A structured argument, parsed when it came as a string; undefined when absent or not JSON. */
export function json(args: Args, name: string): unknown {
  const value = args[name];
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
