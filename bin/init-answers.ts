import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import type { Answers } from './init-files';
import type { CommandIo } from './io';

interface Question {
  readonly flag: keyof Answers;
  readonly asks: string;
  readonly pattern: RegExp;
  readonly must: string;
  /** Left out without being asked for. */
  readonly optional?: true;
}

/** What init asks, in order; each is a flag, too. */
export const QUESTIONS: readonly Question[] = [
  {
    flag: 'team',
    asks: 'How many persons may decide (2 to 300)?',
    pattern: /^([2-9]|[1-9][0-9]|[12][0-9]{2}|300)$/,
    must: 'must be a number from 2 to 300: who stops a machine is never the one who asked',
  },
  {
    flag: 'channel',
    asks: 'Slack channel id of new incidents (C…; in Slack: channel details, at the bottom)?',
    pattern: /^[CG][A-Z0-9]{8,}$/,
    must: 'must be a channel id such as C0123456789',
  },
  {
    flag: 'repository',
    asks: 'GitHub repository (owner/name)?',
    pattern: /^[\w.-]+\/[\w.-]+$/,
    must: 'must be owner/name',
  },
  { flag: 'account', asks: 'AWS account (twelve digits)?', pattern: /^[0-9]{12}$/, must: 'must be twelve digits' },
  {
    flag: 'region',
    asks: 'AWS region?',
    pattern: /^[a-z]{2}(-[a-z]+)+-[0-9]$/,
    must: 'must be a region such as eu-west-1',
  },
  {
    flag: 'repositoryIds',
    asks: '',
    pattern: /^[0-9]+\/[0-9]+$/,
    must: 'must be ownerId/repositoryId',
    optional: true,
  },
  { flag: 'email', asks: '', pattern: /^[^@\s]+@[^@\s]+\.[^@\s]+$/, must: 'must be an e-mail address', optional: true },
  {
    flag: 'url',
    asks: '',
    pattern: /^https:\/\/[\w.-]+\/?$/,
    must: 'must be the SlackRequestUrl output',
    optional: true,
  },
];

/**
 * Flags first, then what an earlier run wrote, then questions where a person is there to answer. A sentence when something is
 * wrong or missing.
 */
export async function readAnswers(argv: readonly string[], io: CommandIo, earlier: Given): Promise<Answers | string> {
  const flags = readFlags(argv);
  if (typeof flags === 'string') return flags;
  const given = { ...earlier, ...flags };
  // Who was asked before was asked for the team as well: its quorums stand in the policy.
  const known = earlier.account !== undefined;
  const missing = QUESTIONS.filter(
    ({ flag, optional }) => given[flag] === undefined && !optional && !(known && flag === 'team'),
  );
  if (missing.length > 0 && !isTerminal(io.stdin))
    return `nobody is there to ask: give ${missing.map(({ flag }) => `--${flag}`).join(', ')}.`;
  const asked = missing.length > 0 ? await ask(missing, io) : {};
  const all = { ...given, ...asked };
  const { channel, repository, account, region } = all;
  if (!channel || !repository || !account || !region)
    return 'the questions were not all answered: nothing was written.';
  const { team, ...rest } = all;
  return { ...rest, channel, repository, account, region, ...(team === undefined ? {} : { team: Number(team) }) };
}

export type Given = Partial<Record<keyof Answers, string>>;

function readFlags(argv: readonly string[]): Given | string {
  const options = Object.fromEntries(QUESTIONS.map(({ flag }) => [flag, { type: 'string' as const }]));
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({ args: [...argv], options }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const given: Given = {};
  for (const { flag, pattern, must } of QUESTIONS) {
    const value = values[flag];
    if (typeof value !== 'string') continue;
    if (!pattern.test(value)) return `--${flag} ${must}; got "${value}".`;
    given[flag] = value;
  }
  return given;
}

async function ask(questions: readonly Question[], io: CommandIo): Promise<Given> {
  const terminal = createInterface({ input: io.stdin ?? process.stdin, output: io.stdout });
  const given: Given = {};
  try {
    for (const { flag, asks, pattern, must } of questions) {
      for (;;) {
        const value = (await terminal.question(`${asks} `)).trim();
        if (pattern.test(value)) {
          given[flag] = value;
          break;
        }
        io.stdout.write(`It ${must}.\n`);
      }
    }
  } finally {
    terminal.close();
  }
  return given;
}

function isTerminal(stream: CommandIo['stdin']): boolean {
  return stream !== undefined && 'isTTY' in stream && stream.isTTY === true;
}
