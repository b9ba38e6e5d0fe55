import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', 'golden', 'slack');

interface Shown {
  readonly text?: string;
  readonly blocks: readonly object[];
  readonly title?: { readonly text: string };
  readonly submit?: { readonly text: string };
}

function words(value: unknown): string {
  return typeof value === 'object' && value !== null && 'text' in value
    ? String((value as { text: unknown }).text)
    : '';
}

interface Part {
  readonly type: string;
  readonly text?: unknown;
  readonly label?: unknown;
  readonly fields?: readonly unknown[];
  readonly elements?: readonly Part[];
  readonly accessory?: Part;
  readonly style?: string;
  readonly confirm?: { readonly title: unknown; readonly text: unknown; readonly confirm: unknown };
}

function control(part: Part): string {
  const style = part.style ? ` (${part.style})` : '';
  const asks = part.confirm
    ? ` → “${words(part.confirm.title)}” ${words(part.confirm.text)} [${words(part.confirm.confirm)}]`
    : '';
  return `[${words(part.text)}]${style}${asks}`;
}

function drawn(block: Part): string {
  switch (block.type) {
    case 'header':
      return `# ${words(block.text)}`;
    case 'divider':
      return '---';
    case 'section': {
      const fields = (block.fields ?? []).map((field) => `| ${words(field).replace('\n', ' | ')} |`);
      const beside = block.accessory ? `    ${control(block.accessory)}` : '';
      return [...(block.text ? [`${words(block.text)}${beside}`] : []), ...fields].join('\n');
    }
    case 'context':
      return (block.elements ?? []).map((element) => `> ${words(element)}`).join('\n');
    case 'actions':
      return (block.elements ?? []).map(control).join('\n');
    case 'input':
      return `${words(block.label)}: ________`;
    default:
      return `?? ${block.type}`;
  }
}

/** A message or view as a person can read it in a file. */
export function drawing(shown: Shown): string {
  const head = shown.title
    ? [`(modal “${shown.title.text}”${shown.submit ? `, submit “${shown.submit.text}”` : ''})`]
    : [`(notification: ${shown.text ?? ''})`];
  return `${[...head, ...shown.blocks.map((block) => drawn(block as Part))].join('\n\n')}\n`;
}

/** Compares with the committed file; `UPDATE_GOLDEN=1` writes it. */
export function expectGolden(name: string, shown: Shown): void {
  const path = join(FOLDER, `${name.replaceAll(' ', '-')}.md`);
  const now = drawing(shown);
  if (process.env.UPDATE_GOLDEN === '1' || !existsSync(path)) {
    if (process.env.CI) throw new Error(`golden file ${path} is missing`);
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(path, now);
  }
  expect(now).toBe(readFileSync(path, 'utf8'));
}
