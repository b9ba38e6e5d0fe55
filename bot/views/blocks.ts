import type {
  ActionsBlock,
  Button,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  InputBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
} from '@slack/types';
import { clampText, plainText } from '../../core/text';
import { type Mrkdwn, md } from './mrkdwn';

/** The blocks we use: few, and each shown by every Slack client. */
export type Block = HeaderBlock | SectionBlock | ContextBlock | ActionsBlock | DividerBlock | InputBlock;

/** Slack's limits (https://docs.slack.dev/reference/block-kit/blocks). */
export const LIMITS = {
  header: 150,
  section: 3000,
  field: 2000,
  fields: 10,
  context: 2000,
  contextElements: 10,
  buttonText: 75,
  buttonValue: 2000,
  label: 75,
  actions: 25,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
} as const;

/** Plain text cannot mention, link or format; only its length and its control characters need care. */
export function plain(text: string, max: number): PlainTextElement {
  const clean = clampText(plainText(text), max);
  return { type: 'plain_text', text: clean === '' ? '–' : clean, emoji: false };
}

/** Cuts mrkdwn by whole lines; a single overlong line is cut where no entity, link or code is torn. */
export function clampMrkdwn(text: string, max: number): string {
  if (text.length <= max) return text;
  const room = max - '` … (cut)'.length;
  const lines = text.slice(0, room + 1).split('\n');
  const whole = lines.slice(0, -1).join('\n');
  if (whole.length > 0) return `${whole}\n… (cut)`;
  const cut = text.slice(0, room).replace(/(?:<[^>]*|&[a-z]*|[\uD800-\uDBFF])$/, '');
  const openCode = (cut.match(/`/g)?.length ?? 0) % 2 === 1;
  return `${openCode ? `${cut}\`` : cut} … (cut)`;
}

/** `verbatim`: Slack must not turn bare domains and addresses in evidence into links. */
export function mrkdwn(text: Mrkdwn, max: number): MrkdwnElement {
  const said = clampMrkdwn(text.text, max);
  return { type: 'mrkdwn', text: said.trim() === '' ? '–' : said, verbatim: true };
}

export const header = (text: string): HeaderBlock => ({ type: 'header', text: plain(text, LIMITS.header) });

export const divider = (): DividerBlock => ({ type: 'divider' });

export function section(text: Mrkdwn, accessory?: Button): SectionBlock {
  const block: SectionBlock = { type: 'section', text: mrkdwn(text, LIMITS.section) };
  return accessory ? { ...block, accessory } : block;
}

/** Label and value in two columns; at most ten, the rest is left out. */
export function fields(pairs: readonly (readonly [label: string, value: Mrkdwn])[]): SectionBlock {
  const shown = pairs.slice(0, LIMITS.fields);
  return { type: 'section', fields: shown.map(([label, value]) => mrkdwn(md`*${label}*\n${value}`, LIMITS.field)) };
}

export function context(...texts: readonly Mrkdwn[]): ContextBlock {
  return {
    type: 'context',
    elements: texts.slice(0, LIMITS.contextElements).map((text) => mrkdwn(text, LIMITS.context)),
  };
}

export interface ButtonSpec {
  readonly text: string;
  readonly action: string;
  /** An opaque id; state is looked up again when it comes back. */
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  /** For screen readers: what the button does, in full. */
  readonly label: string;
  readonly confirm?: { readonly title: string; readonly text: Mrkdwn; readonly yes: string };
}

export function button(spec: ButtonSpec): Button {
  const { confirm } = spec;
  return {
    type: 'button',
    text: plain(spec.text, LIMITS.buttonText),
    action_id: spec.action,
    value: clampText(spec.value, LIMITS.buttonValue),
    accessibility_label: clampText(plainText(spec.label), LIMITS.label),
    ...(spec.style ? { style: spec.style } : {}),
    ...(confirm
      ? {
          confirm: {
            title: plain(confirm.title, LIMITS.confirmTitle),
            text: mrkdwn(confirm.text, LIMITS.confirmText),
            confirm: plain(confirm.yes, LIMITS.confirmButton),
            deny: plain('Back', LIMITS.confirmButton),
          },
        }
      : {}),
  };
}

export function actions(id: string, buttons: readonly Button[]): ActionsBlock {
  return { type: 'actions', block_id: id, elements: buttons.slice(0, LIMITS.actions) };
}

/** What the Slack clients take. */
export type { KnownBlock };
