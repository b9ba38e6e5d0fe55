import { clampText, plainText, slackEscape } from '../../core/text';

/** mrkdwn that is safe to send: every character of it is ours or has been neutralised. Only this file makes one. */
export class Mrkdwn {
  private constructor(readonly text: string) {}

  /** For this file and for what is ours by construction; never for text from outside. */
  static ours(text: string): Mrkdwn {
    return new Mrkdwn(text);
  }
}

/** A colon that could begin `:emoji:`; those inside ARNs (`iam::111122223333:role`) and times stay, so that they can be copied. */
const EMOJI = /(?<![A-Za-z0-9]):(?=(?![0-9]{12}:)[a-z0-9_+'-]+:)/gi;

/**
 * Foreign text inside a sentence: escaped, stripped, clamped, its formatting characters replaced by look-alikes, so that
 * it can neither mention, link, format nor close what we opened.
 */
export function foreign(text: string, max = 300): Mrkdwn {
  const inert = clampText(plainText(text), max)
    .replace(/`/g, 'ˋ')
    .replace(/\*/g, '∗')
    .replace(/~/g, '∼')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, 'ˍ')
    .replace(EMOJI, '∶');
  return Mrkdwn.ours(slackEscape(inert));
}

/** Foreign text as code: the one format inside which Slack interprets nothing. */
export function code(text: string, max = 120): Mrkdwn {
  const inert = slackEscape(clampText(plainText(text).replace(/`/g, 'ˋ'), max));
  return Mrkdwn.ours(`\`${inert === '' ? ' ' : inert}\``);
}

/** Writes mrkdwn: our own words stay; whatever is interpolated is neutralised unless it is Mrkdwn already. */
export function md(ours: TemplateStringsArray, ...values: readonly (string | number | Mrkdwn)[]): Mrkdwn {
  let out = ours[0] ?? '';
  values.forEach((value, i) => {
    out += value instanceof Mrkdwn ? value.text : spaced(String(value));
    out += ours[i + 1] ?? '';
  });
  return Mrkdwn.ours(out);
}

/** Neutralised, keeping one blank at either edge: our own words are often put together before they get here. */
function spaced(text: string): string {
  return `${/^\s/.test(text) ? ' ' : ''}${foreign(text).text}${/\S\s$/.test(text) ? ' ' : ''}`;
}

export function join(parts: readonly Mrkdwn[], between = '\n'): Mrkdwn {
  return Mrkdwn.ours(parts.map((part) => part.text).join(between));
}

const SLACK_USER = /^[UW][A-Z0-9]{2,20}$/;
const SLACK_GROUP = /^S[A-Z0-9]{2,20}$/;

/** Calls a person by Slack id (from policy.yaml or a verified request, never from data). */
export function mention(user: string): Mrkdwn {
  if (SLACK_USER.test(user)) return Mrkdwn.ours(`<@${user}>`);
  return SLACK_GROUP.test(user) ? Mrkdwn.ours(`<!subteam^${user}>`) : foreign(user);
}

/**
 * A link to an address of ours (the AWS console, GitHub, a permalink, S3); anything but https is shown as text, unless it
 * is this very machine, where a local S3 answers.
 */
export function link(url: string, label: string): Mrkdwn {
  const safe = /^(?:https:\/\/[A-Za-z0-9.-]+|http:\/\/127\.0\.0\.1:\d+)(?:\/[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?$/.test(
    url,
  );
  return safe ? Mrkdwn.ours(`<${url.replace(/&/g, '&amp;')}|${foreign(label, 80).text}>`) : foreign(label, 80);
}

/** A time in the reader's own zone, with UTC as its fallback (https://docs.slack.dev/messaging/formatting-message-text). */
export function time(iso: string): Mrkdwn {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return foreign(iso, 40);
  const utc = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return Mrkdwn.ours(`<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${utc}>`);
}
