/** Text of others inside a Markdown code span: no backtick ends it, no line break leaves it. */
export function code(text: string): string {
  return `\`${text.replace(/`/g, 'ˋ').replace(/\s+/g, ' ')}\``;
}

/** Text of others inside a table's cell: one line, a bar does not end the cell. */
export function cell(text: string): string {
  return code(text).replace(/\|/g, '∣');
}
