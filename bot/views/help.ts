import { COMMAND_ROWS, findCommand, usageOf } from '../commands/table';
import { context, section } from './blocks';
import { code, join, md } from './mrkdwn';
import { type Rendered, render } from './render';
import { answer } from './replies';

/** All commands, a line each. */
export function helpAll(): Rendered {
  const lines = COMMAND_ROWS.map((row) => md`${code(`/ir ${row.path}`)} ${row.summary}`);
  const half = Math.ceil(lines.length / 2);
  return render('Cordon commands: type /ir help and a command for how it is used.', [
    section(join(lines.slice(0, half))),
    section(join(lines.slice(half))),
    context(
      md`${code('/ir help isolate')} says how a command is used. In a thread write ${code('@cordon status')}: Slack takes no slash commands there. Every changing command takes ${code('--dry-run')}.`,
    ),
  ]);
}

/** How one command is used; all commands when the word is none of ours. */
export function helpOn(path: string): Rendered {
  const row = findCommand(path);
  if (row) {
    return answer([
      md`*/ir ${row.path}*: ${row.summary}`,
      md`Usage: ${code(`/ir ${usageOf(row)}`, 400)}\nExample: ${code(`/ir ${row.example}`, 300)}`,
    ]);
  }
  const below = COMMAND_ROWS.filter((other) => other.path.startsWith(`${path} `));
  if (below.length === 0) return helpAll();
  return answer(below.map((other) => md`${code(`/ir ${usageOf(other)}`, 300)} ${other.summary}`));
}
