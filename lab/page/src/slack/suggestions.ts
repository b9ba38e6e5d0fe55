import type { CommandView } from '../../../page-server/model';

/** Commands that start with what was typed after `/ir`; in a thread the same words follow `@cordon`. */
export function suggestions(typed: string, commands: readonly CommandView[]): readonly CommandView[] {
  const match = /^(?:\/ir|@cordon)(?:\s+(.*))?$/i.exec(typed);
  if (!match) return '/ir'.startsWith(typed) && typed.startsWith('/') ? commands : [];
  const words = (match[1] ?? '').toLowerCase();
  return commands.filter(({ path }) => path.startsWith(words.trim()) || words.startsWith(`${path} `));
}
