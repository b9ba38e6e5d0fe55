import { dictOf } from '../platform';

/** What a target is sent instead of the event itself. */
export interface InputSettings {
  readonly input?: string;
  readonly inputPath?: string;
  readonly transformer?: { readonly paths: Readonly<Record<string, string>>; readonly template: string };
}

/** The text that reaches the target. @throws on a path or template the lab does not know */
export function targetInput(
  event: object,
  settings: InputSettings,
  rule: { readonly arn: string; readonly name: string },
  now: number,
): string {
  if (settings.input !== undefined) return settings.input;
  if (settings.inputPath !== undefined) return JSON.stringify(pathValue(event, settings.inputPath) ?? null);
  if (settings.transformer === undefined) return JSON.stringify(event);
  const { paths, template } = settings.transformer;
  const predefined: Readonly<Record<string, unknown>> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': new Date(now).toISOString(),
    'aws.events.event': event,
    'aws.events.event.json': event,
  };
  return template.replace(
    /(")?<([\w.-]+)>(")?/g,
    (_all, open: string | undefined, name: string, close: string | undefined) => {
      const value = Object.hasOwn(paths, name) ? pathValue(event, paths[name] ?? '$') : predefined[name];
      // Inside quotes text stays bare and anything else becomes escaped JSON; a variable on its own is a JSON value.
      if (open !== undefined && close !== undefined && typeof value === 'string') return JSON.stringify(value);
      if (open !== undefined || close !== undefined) {
        const bare = typeof value === 'string' ? value : JSON.stringify(value ?? null);
        return `${open ?? ''}${JSON.stringify(bare).slice(1, -1)}${close ?? ''}`;
      }
      return typeof value === 'string' && !template.trimStart().startsWith('{') ? value : JSON.stringify(value ?? null);
    },
  );
}

/** `$.a.b[0]` of an event: the only paths EventBridge has. */
function pathValue(event: unknown, path: string): unknown {
  if (!/^\$(\.[\w-]+|\[\d+\]|\['[^']+'\])*$/.test(path))
    throw new Error(`The lab does not model the event path ${path}.`);
  const steps = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  return steps.reduce<unknown>(
    (value, step) => (Array.isArray(value) ? value[Number(step)] : dictOf(value)[step]),
    event,
  );
}
