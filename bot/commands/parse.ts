import { type AccountId, type IncidentId, parseAccountId, parseRegion, type RegionName } from '../../core/incident/ids';
import { nearestPath, secondsOf } from './nearest-path';
import { type ArgSpec, COMMAND_ROWS, type CommandPath, type CommandSpec, type FlagSpec, usageOf } from './table';
import { looksLikeIncident, type NamedInstance, type Read, readIncident, readInstance, readPerson } from './targets';
import { asTyped, nearest, splitWords, type Word } from './words';

/** A command as understood; nothing in it has been looked up or allowed yet. */
export interface ParsedCommand {
  readonly path: CommandPath;
  readonly instance?: NamedInstance;
  readonly incident?: IncidentId;
  readonly person?: string;
  readonly text?: string;
  readonly reason?: string;
  readonly as?: string;
  readonly format?: string;
  /** The incident that leads. */
  readonly under?: IncidentId;
  /** A part of the paths of artefacts. */
  readonly links?: string;
  readonly confirm?: string;
  readonly account?: AccountId;
  readonly region?: RegionName;
  readonly dryRun: boolean;
}

export type Parsed =
  | { readonly kind: 'command'; readonly command: ParsedCommand }
  /** Not understood: one sentence, the usage line when the command is known, and a guess that is only shown. */
  | { readonly kind: 'problem'; readonly problem: string; readonly usage?: string; readonly suggestion?: string };

type Draft = { -readonly [K in keyof ParsedCommand]: ParsedCommand[K] };
type Row = CommandSpec & { readonly path: CommandPath };

const HELP_WORDS = new Set(['help', '-h', '--help', '?', 'h']);
/** What is kept in the ledger: long enough to explain, short enough to read (Slack's own inputs allow 3000). Longer is said, not cut. */
const MAX_TEXT = 500;
const MAX_NOTE = 2000;

const problem = (text: string, row?: CommandSpec, suggestion?: string): Parsed => ({
  kind: 'problem',
  problem: text,
  ...(row ? { usage: usageOf(row) } : {}),
  ...(suggestion ? { suggestion } : {}),
});

/** Finds the row of the first one or two words. */
function findRow(words: readonly Word[]): { row: Row; used: number } | Parsed {
  const first = (words[0]?.text ?? '').toLowerCase();
  const second = (words[1]?.text ?? '').toLowerCase();
  const pair = COMMAND_ROWS.find((row) => row.path === `${first} ${second}`);
  if (pair) return { row: pair, used: 2 };
  const single = COMMAND_ROWS.find((row) => row.path === first);
  if (single) return { row: single, used: 1 };
  const seconds = secondsOf(first);
  if (seconds.length > 0) return missingSecond(first, second, seconds);
  return problem(`I know no command "${first.slice(0, 40)}".`, undefined, nearestPath(first, second));
}

function missingSecond(first: string, second: string, seconds: readonly string[]): Parsed {
  const [only, ...others] = seconds;
  const guess = nearest(second, seconds) ?? (others.length === 0 ? only : undefined);
  const said = second === '' ? `"${first}" needs one of` : `"${first}" has no "${second.slice(0, 40)}"; it has`;
  return problem(`${said}: ${seconds.join(', ')}.`, undefined, guess ? `${first} ${guess}` : undefined);
}

function setFlag(draft: Draft, flag: FlagSpec, value: string): string | undefined {
  if (flag.choices && !flag.choices.includes(value.toLowerCase())) {
    return `--${flag.name} takes one of: ${flag.choices.join(', ')}.`;
  }
  if (value.length > MAX_TEXT) return tooLong(`--${flag.name}`, MAX_TEXT, value);
  switch (flag.name) {
    case 'dry-run':
      draft.dryRun = true;
      return undefined;
    case 'reason':
      draft.reason = value;
      return undefined;
    case 'as':
      draft.as = value.toLowerCase();
      return undefined;
    case 'format':
      draft.format = value.toLowerCase();
      return undefined;
    case 'under':
      return setUnder(draft, value);
    case 'links':
      draft.links = value;
      return undefined;
    case 'confirm':
      draft.confirm = value;
      return undefined;
    case 'account':
    case 'region':
      return setPlace(draft, flag.name, value);
    default:
      return `--${flag.name} is not understood.`;
  }
}

function tooLong(what: string, most: number, text: string): string {
  return `${what} takes at most ${most} characters; this one has ${text.length}.`;
}

function setUnder(draft: Draft, value: string): string | undefined {
  const read = readIncident(value);
  if (!read.ok) return read.problem;
  draft.under = read.value;
  return undefined;
}

function setPlace(draft: Draft, flag: 'account' | 'region', value: string): string | undefined {
  const account = flag === 'account' ? parseAccountId(value) : undefined;
  const region = flag === 'region' ? parseRegion(value.toLowerCase()) : undefined;
  if (account) draft.account = account;
  if (region) draft.region = region;
  if (account || region) return undefined;
  return flag === 'account' ? 'An account is twelve digits.' : 'A region looks like eu-west-1.';
}

/** Takes `--flag value` and `--flag=value` out of the words; an unquoted reason runs to the next flag. */
function readFlags(row: Row, words: readonly Word[], draft: Draft): { rest: Word[] } | Parsed {
  const rest: Word[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === undefined || word.quoted || !word.text.startsWith('--')) {
      if (word) rest.push(word);
      continue;
    }
    const [name = '', inline] = word.text.slice(2).split(/=(.*)/s);
    const flag = row.flags.find((known) => known.name === name.toLowerCase());
    if (!flag) {
      const guess = nearest(
        name.toLowerCase(),
        row.flags.map((known) => known.name),
      );
      return problem(`"${row.path}" has no --${name.slice(0, 40)}.`, row, guess ? `--${guess}` : undefined);
    }
    const value: string[] = inline ? [inline] : [];
    if (flag.takes === 'text' && value.length === 0) {
      const many = flag.name === 'reason' && words[i + 1]?.quoted === false;
      do {
        const next = words[i + 1];
        if (next === undefined || (!next.quoted && next.text.startsWith('--'))) break;
        value.push(next.text);
        i++;
      } while (many);
      if (value.length === 0) return problem(`--${flag.name} needs a value.`, row);
    }
    const wrong = setFlag(draft, flag, value.join(' '));
    if (wrong) return problem(wrong, row);
  }
  const missing = row.flags.find((flag) => flag.required && flag.name === 'as' && draft.as === undefined);
  if (missing) return problem(`Say --${missing.name} ${missing.choices?.join('|') ?? ''}.`, row);
  return { rest };
}

function place<T>(read: Read<T>, put: (value: T) => void): string | undefined {
  if (!read.ok) return read.problem;
  put(read.value);
  return undefined;
}

function setInstance(draft: Draft, named: NamedInstance): void {
  draft.instance = named;
  if (named.account) draft.account = draft.account ?? named.account;
  if (named.region) draft.region = draft.region ?? named.region;
}

function setArg(draft: Draft, spec: ArgSpec, words: readonly Word[]): string | undefined {
  const typed = words[0]?.text ?? '';
  switch (spec.kind) {
    case 'instance':
      return place(readInstance(typed), (value) => setInstance(draft, value));
    case 'incident':
      return place(readIncident(typed), (value) => {
        draft.incident = value;
      });
    case 'target':
      return setArg(draft, { ...spec, kind: looksLikeIncident(typed) ? 'incident' : 'instance' }, words);
    case 'person':
      return place(readPerson(typed), (value) => {
        draft.person = value;
      });
    case 'word':
      draft.text = typed;
      return typed.length > MAX_TEXT ? tooLong(spec.name, MAX_TEXT, typed) : undefined;
    case 'text':
      draft.text = words.map((word) => word.text).join(' ');
      return draft.text.length > MAX_NOTE ? tooLong(spec.name, MAX_NOTE, draft.text) : undefined;
  }
}

/** Whether this argument is the one an incident id belongs to; with no such argument, words are taken in order. */
function wantsIncident(row: Row, spec: ArgSpec): boolean {
  return spec.kind === 'incident' || (spec.kind === 'target' && row.args.length === 1);
}

/** Arguments come in the table's order, but an incident id is known by its look wherever it stands. */
function readArgs(row: Row, words: readonly Word[], draft: Draft): Parsed | undefined {
  const left = [...words];
  for (const spec of row.args) {
    const named = left.some((word) => looksLikeIncident(word.text));
    if (wantsIncident(row, spec) && !named && row.args.length > 1) continue;
    const at = Math.max(
      0,
      left.findIndex((word) => looksLikeIncident(word.text) === wantsIncident(row, spec)),
    );
    const word = left[at];
    if (word === undefined) {
      if (spec.optional) continue;
      return problem(`"${row.path}" needs ${spec.name}.`, row);
    }
    const used = spec.kind === 'text' ? left.length : 1;
    const wrong = setArg(draft, spec, left.splice(at, used));
    if (wrong) return problem(wrong, row);
  }
  const extra = left[0];
  return extra ? problem(`I do not know what to do with "${extra.text.slice(0, 40)}".`, row) : undefined;
}

/**
 * Reads what a person typed after `/ir`, after a mention, or what a button stands for.
 * Never throws; never guesses silently: a near miss is a problem that shows the guess.
 */
export function parseCommand(text: string): Parsed {
  const words = splitWords(asTyped(text).replace(/^\s*\/ir\b/i, ''));
  const first = words[0];
  if (first === undefined || (!first.quoted && HELP_WORDS.has(first.text.toLowerCase()))) {
    const about = words
      .slice(1)
      .map((word) => word.text.toLowerCase())
      .join(' ');
    return { kind: 'command', command: { path: 'help', dryRun: false, ...(about ? { text: about } : {}) } };
  }
  const found = findRow(words);
  if (!('row' in found)) return found;
  const { row, used } = found;
  const after = words.slice(used);
  if (after.some((word) => !word.quoted && (word.text === '--help' || word.text === '-h'))) {
    return { kind: 'command', command: { path: 'help', dryRun: false, text: row.path } };
  }
  const draft: Draft = { path: row.path, dryRun: false };
  const flags = readFlags(row, after, draft);
  if (!('rest' in flags)) return flags;
  return readArgs(row, flags.rest, draft) ?? { kind: 'command', command: draft };
}
