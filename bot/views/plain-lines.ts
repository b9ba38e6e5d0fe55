import { clampText } from '../../core/text';
import type { Mrkdwn } from './mrkdwn';

/** mrkdwn as plain text: dates by their UTC fallback, links by their label, no formatting; breaks between lines stay. */
export function plainText(line: Mrkdwn): string {
  return line.text
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<(?:https?:[^|>]*)\|([^>]*)>/g, '$1')
    .replace(/<[@!#][^>]*>/g, '')
    .replace(/[*`]/g, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .trim();
}

/** mrkdwn as a plain sentence, for notifications. */
export function plainLines(lines: readonly Mrkdwn[]): string {
  const said = lines.map((line) => plainText(line).replace(/\s+/g, ' '));
  return clampText(said.join(' '), 900);
}
