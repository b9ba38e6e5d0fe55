/**
 * A validator as strict as Slack's: unknown types and unknown properties are faults, every documented length holds.
 * Limits: https://docs.slack.dev/reference/block-kit/blocks and …/block-elements, …/composition-objects.
 */
export type Fault = string;
export type Json = unknown;
export type Bag = Readonly<Record<string, Json>>;

export function isBag(value: Json): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Check = (value: Json, at: string) => Fault[];
export interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional: Readonly<Record<string, Check>>;
}

export const text =
  (max: number, min = 1): Check =>
  (value, at) => {
    if (typeof value !== 'string') return [`${at} must be a string`];
    if (value.length < min) return [`${at} must be more than ${min - 1} characters`];
    return value.length > max ? [`${at} must be less than ${max + 1} characters`] : [];
  };

export const flag: Check = (value, at) => (typeof value === 'boolean' ? [] : [`${at} must be a boolean`]);

export const integer: Check = (value, at) => (Number.isInteger(value) ? [] : [`${at} must be an integer`]);

export const oneOf =
  (...choices: readonly string[]): Check =>
  (value, at) =>
    typeof value === 'string' && choices.includes(value) ? [] : [`${at} must be one of ${choices.join(', ')}`];

export const list =
  (check: Check, max: number, min = 1): Check =>
  (value, at) => {
    if (!Array.isArray(value)) return [`${at} must be a list`];
    if (value.length < min) return [`${at} must have at least ${min} item`];
    if (value.length > max) return [`${at} must have no more than ${max} items`];
    return value.flatMap((item, i) => check(item, `${at}/${i}`));
  };

/** Checks an object against a shape; `type` is checked by whoever chose the shape. */
export function checkShape(value: Json, at: string, shape: Shape): Fault[] {
  if (!isBag(value)) return [`${at} must be an object`];
  const faults: Fault[] = [];
  for (const [key, check] of Object.entries(shape.required)) {
    if (value[key] === undefined) faults.push(`${at} missing required field: ${key}`);
    else faults.push(...check(value[key], `${at}/${key}`));
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'type' || inner === undefined || key in shape.required) continue;
    const check = shape.optional[key];
    faults.push(...(check ? check(inner, `${at}/${key}`) : [`${at} invalid additional property: ${key}`]));
  }
  return faults;
}

/** A text object; `kinds` says which of the two it may be. */
export const textObject =
  (max: number, ...kinds: readonly ('plain_text' | 'mrkdwn')[]): Check =>
  (value, at) => {
    if (!isBag(value)) return [`${at} must be a text object`];
    const kind = kinds.find((known) => known === value.type);
    if (kind === undefined) return [`${at} unsupported type: ${String(value.type)}`];
    const optional: Record<string, Check> = kind === 'mrkdwn' ? { verbatim: flag } : { emoji: flag };
    return checkShape(value, at, { required: { text: text(max) }, optional });
  };

export const confirm: Check = (value, at) =>
  checkShape(value, at, {
    required: {
      title: textObject(100, 'plain_text'),
      text: textObject(300, 'plain_text', 'mrkdwn'),
      confirm: textObject(30, 'plain_text'),
      deny: textObject(30, 'plain_text'),
    },
    optional: { style: oneOf('primary', 'danger') },
  });

export const option: Check = (value, at) =>
  checkShape(value, at, {
    required: { text: textObject(75, 'plain_text', 'mrkdwn'), value: text(150) },
    optional: { description: textObject(75, 'plain_text', 'mrkdwn'), url: text(3000) },
  });

/** The check of a thing whose `type` chooses its shape. */
export const byType =
  (shapes: Readonly<Record<string, Shape>>): Check =>
  (value, at) => {
    if (!isBag(value)) return [`${at} must be an object`];
    const shape = typeof value.type === 'string' && Object.hasOwn(shapes, value.type) ? shapes[value.type] : undefined;
    return shape ? checkShape(value, at, shape) : [`${at} unsupported type: ${String(value.type)}`];
  };
