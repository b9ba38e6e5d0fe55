import { clampText } from '../../core/text';
import type { Mrkdwn } from './mrkdwn';

/** mrkdwn as a plain sentence, for notifications: dates by their UTC fallback, links by their label, no formatting. */
export function plainLines(lines: readonly Mrkdwn[]): string {
  const said = lines.map((line) =>
    line.text
      .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
      .replace(/<(?:https?:[^|>]*)\|([^>]*)>/g, '$1')
      .replace(/<[@!#][^>]*>/g, '')
      .replace(/[*`]/g, '')
      .replace(/\s+/g, ' ')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
      .trim(),
  );
  return clampText(said.join(' '), 900);
}
