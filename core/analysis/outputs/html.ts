import { plainText } from '../../text';

/** HTML that is safe to insert as it is. Only this file makes it from text. */
export class Html {
  private constructor(readonly source: string) {}

  /** For literals of this program, never for evidence. */
  static trusted(source: string): Html {
    return new Html(source);
  }
}

/**
 * A template whose values are escaped: text of the evidence can never become markup. Arrays are joined, `Html` stays as it is.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let source = parts[0] ?? '';
  values.forEach((value, index) => {
    source += rendered(value) + (parts[index + 1] ?? '');
  });
  return Html.trusted(source);
}

export type HtmlValue = Html | string | number | readonly HtmlValue[] | undefined;

function rendered(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.source;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(value);
  return value.map(rendered).join('');
}

/** For element content and quoted attributes. Control and bidirectional characters are dropped: they can reorder what is read. */
export function escapeHtml(text: string): string {
  return plainText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}
