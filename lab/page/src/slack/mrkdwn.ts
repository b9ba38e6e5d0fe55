/** Slack's mrkdwn as a tree. Only `<…>` as the app wrote it links or mentions; `&lt;` is a letter and stays one. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code' | 'block'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly nodes: readonly Node[] }
  | { readonly kind: 'link'; readonly href: string; readonly text: string }
  | { readonly kind: 'mention'; readonly of: 'user' | 'channel' | 'group' | 'everyone'; readonly id: string }
  | { readonly kind: 'date'; readonly seconds: number; readonly text: string };

/** The shortcodes the app writes; Slack knows more, and shows unknown ones as they stand, as here. */
const EMOJI: Readonly<Record<string, string>> = {
  ':arrows_counterclockwise:': '\u{1F504}',
  ':page_facing_up:': '\u{1F4C4}',
  ':warning:': '\u26A0\uFE0F',
  ':white_check_mark:': '\u2705',
  ':x:': '\u274C',
};

/** https://docs.slack.dev/messaging/formatting-message-text: these three and no others. */
function decoded(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Running text: entities and emoji. Code keeps its colons. */
function spoken(text: string): string {
  return decoded(text.replaceAll(/:[a-z_]+:/g, (code) => EMOJI[code] ?? code));
}

const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
type Mark = keyof typeof STYLES;

/** What comes first: a code block, code, an entity, or a pair of marks that stand at the edges of words. */
const TOKEN =
  /```(?<block>[\s\S]+?)```|`(?<code>[^`\n]+)`|<(?<entity>[^<>\n]+)>|(?<![\p{L}\p{N}])(?<mark>[*_~])(?<inner>\S(?:[^\n]*?\S)?)\k<mark>(?![\p{L}\p{N}])/u;

export function parseMrkdwn(source: string): readonly Node[] {
  const nodes: Node[] = [];
  let rest = source;
  for (let found = TOKEN.exec(rest); found !== null; found = TOKEN.exec(rest)) {
    if (found.index > 0) nodes.push({ kind: 'text', text: spoken(rest.slice(0, found.index)) });
    nodes.push(nodeOf(found.groups ?? {}));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest !== '') nodes.push({ kind: 'text', text: spoken(rest) });
  return nodes;
}

function nodeOf({ block, code, entity, mark, inner }: Readonly<Record<string, string | undefined>>): Node {
  if (block !== undefined) return { kind: 'block', text: decoded(block) };
  if (code !== undefined) return { kind: 'code', text: decoded(code) };
  if (entity !== undefined) return entityOf(entity);
  return { kind: STYLES[mark as Mark], nodes: parseMrkdwn(inner ?? '') };
}

function entityOf(entity: string): Node {
  const at = entity.indexOf('|');
  const [target, label] = at < 0 ? [entity, undefined] : [entity.slice(0, at), decoded(entity.slice(at + 1))];
  if (target.startsWith('@')) return { kind: 'mention', of: 'user', id: target.slice(1) };
  if (target.startsWith('#')) return { kind: 'mention', of: 'channel', id: label ?? target.slice(1) };
  const date = /^!date\^(\d+)\^/.exec(target);
  if (date) return { kind: 'date', seconds: Number(date[1]), text: label ?? '' };
  if (target.startsWith('!subteam^')) return { kind: 'mention', of: 'group', id: label ?? target.slice(9) };
  if (target.startsWith('!')) return { kind: 'mention', of: 'everyone', id: target.slice(1) };
  if (/^(https?|mailto):/.test(target)) return { kind: 'link', href: decoded(target), text: label ?? decoded(target) };
  return { kind: 'text', text: decoded(`<${entity}>`) };
}
