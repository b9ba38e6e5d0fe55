/** What an argument may be; the parser turns each into a typed value. */
export type ArgKind = 'instance' | 'incident' | 'target' | 'person' | 'word' | 'text';

export interface ArgSpec {
  readonly name: string;
  readonly kind: ArgKind;
  /** An omitted incident means the thread's own, or the five most recent as buttons. */
  readonly optional: boolean;
}

export interface FlagSpec {
  readonly name: string;
  /** `text` takes the next word or quoted words; `switch` takes none. */
  readonly takes: 'text' | 'switch';
  readonly choices?: readonly string[];
  readonly required?: boolean;
  readonly hint?: string;
}

export interface CommandSpec {
  readonly path: string;
  readonly summary: string;
  readonly args: readonly ArgSpec[];
  readonly flags: readonly FlagSpec[];
  readonly example: string;
  /** True when it may change anything: such a command takes `--dry-run`. */
  readonly changes: boolean;
}

const INCIDENT: ArgSpec = { name: 'IR-…', kind: 'incident', optional: true };
const INSTANCE: ArgSpec = { name: 'i-…', kind: 'instance', optional: false };
const REASON: FlagSpec = { name: 'reason', takes: 'text', hint: '"why"' };
const DRY_RUN: FlagSpec = { name: 'dry-run', takes: 'switch' };
const ACCOUNT: FlagSpec = { name: 'account', takes: 'text', hint: '123456789012' };
const REGION: FlagSpec = { name: 'region', takes: 'text', hint: 'eu-west-1' };
const CLOSE_AS: FlagSpec = {
  name: 'as',
  takes: 'text',
  choices: ['resolved', 'false-positive', 'duplicate'],
  required: true,
};

/**
 * Every command there is: the parser, `/ir help`, usage lines, the app manifest's hint, the README's table and the
 * tests are made from this one table.
 */
export const COMMANDS = [
  {
    path: 'isolate',
    summary: 'Open an incident on an instance and run the response, containment first.',
    args: [INSTANCE],
    flags: [REASON, ACCOUNT, REGION, DRY_RUN],
    example: 'isolate i-0123456789abcdef0 --reason "beaconing to a C2 address"',
    changes: true,
  },
  {
    path: 'release',
    summary: 'Undo the isolation: restore what was recorded before it, and list what differs.',
    args: [INCIDENT],
    flags: [REASON, DRY_RUN],
    example: 'release IR-ABCDEFGH --reason "false alarm, confirmed by the owner"',
    changes: true,
  },
  {
    path: 'forensics start',
    summary: 'Start the response on an instance, or again on an incident.',
    args: [{ name: 'i-… | IR-…', kind: 'target', optional: true }],
    flags: [REASON, ACCOUNT, REGION, DRY_RUN],
    example: 'forensics start i-0123456789abcdef0',
    changes: true,
  },
  {
    path: 'forensics status',
    summary: 'Say where the run stands and what it waits for.',
    args: [INCIDENT],
    flags: [],
    example: 'forensics status',
    changes: false,
  },
  {
    path: 'forensics pause',
    summary: 'Hold at the next gate; the running step finishes, deadlines stand still.',
    args: [INCIDENT],
    flags: [REASON, DRY_RUN],
    example: 'forensics pause --reason "checking with the owner"',
    changes: true,
  },
  {
    path: 'forensics resume',
    summary: 'Go on after a pause.',
    args: [INCIDENT],
    flags: [REASON, DRY_RUN],
    example: 'forensics resume',
    changes: true,
  },
  {
    path: 'forensics abort',
    summary: 'End the run: clean up, keep the evidence and the isolation.',
    args: [INCIDENT],
    flags: [REASON, DRY_RUN],
    example: 'forensics abort --reason "handled elsewhere"',
    changes: true,
  },
  {
    path: 'forensics retry',
    summary: 'Try the failed step again.',
    args: [INCIDENT],
    flags: [REASON, DRY_RUN],
    example: 'forensics retry',
    changes: true,
  },
  {
    path: 'stop',
    summary: 'Decide on stopping the instance, once its gate is open.',
    args: [INCIDENT],
    flags: [REASON, { name: 'confirm', takes: 'text', hint: 'last-four-of-id' }, DRY_RUN],
    example: 'stop IR-ABCDEFGH --reason "evidence is sealed" --confirm 33b4',
    changes: true,
  },
  {
    path: 'list',
    summary: 'List open incidents and instances still isolated.',
    args: [],
    flags: [],
    example: 'list',
    changes: false,
  },
  {
    path: 'show',
    summary: 'Show an incident as it stands.',
    args: [INCIDENT],
    flags: [],
    example: 'show IR-ABCDEFGH',
    changes: false,
  },
  {
    path: 'evidence',
    summary: 'List the sealed artefacts with their hashes; --links sends short-lived links to you alone.',
    args: [INCIDENT],
    flags: [{ name: 'links', takes: 'text', hint: '"part of the path"' }],
    example: 'evidence IR-ABCDEFGH --links volatile',
    changes: false,
  },
  {
    path: 'timeline',
    summary: 'Tell what happened, in order.',
    args: [INCIDENT],
    flags: [{ name: 'format', takes: 'text', choices: ['text', 'jsonl'] }],
    example: 'timeline --format jsonl',
    changes: false,
  },
  {
    path: 'close',
    summary: 'Close an incident, saying as what.',
    args: [INCIDENT],
    flags: [CLOSE_AS, REASON, DRY_RUN],
    example: 'close IR-ABCDEFGH --as false-positive --reason "load test"',
    changes: true,
  },
  {
    path: 'group',
    summary: 'Work on several hosts of one attack under one lead card.',
    args: [INCIDENT],
    flags: [{ name: 'under', takes: 'text', hint: 'IR-…' }, DRY_RUN],
    example: 'group IR-ABCDEFGH --under IR-BCDEFGHI',
    changes: true,
  },
  {
    path: 'owner',
    summary: 'Name who answers for an incident.',
    args: [{ name: '@person', kind: 'person', optional: false }, INCIDENT],
    flags: [DRY_RUN],
    example: 'owner @ana',
    changes: true,
  },
  {
    path: 'note',
    summary: 'Keep a note in the incident’s ledger and thread.',
    args: [INCIDENT, { name: '"what you saw"', kind: 'text', optional: false }],
    flags: [DRY_RUN],
    example: 'note IR-ABCDEFGH "owner confirms: no deploy today"',
    changes: true,
  },
  {
    path: 'revoke',
    summary: 'Decide on revoking the sessions of the instance’s role, once offered.',
    args: [INCIDENT],
    flags: [REASON, DRY_RUN],
    example: 'revoke IR-ABCDEFGH --reason "role credentials seen elsewhere"',
    changes: true,
  },
  {
    path: 'nacl',
    summary: 'Decide on cutting the whole subnet, once offered.',
    args: [INCIDENT],
    flags: [REASON, DRY_RUN],
    example: 'nacl IR-ABCDEFGH --reason "tracked flow through NAT still open"',
    changes: true,
  },
  {
    path: 'policy explain',
    summary: 'Say who may do what here, and why.',
    args: [INCIDENT],
    flags: [],
    example: 'policy explain IR-ABCDEFGH',
    changes: false,
  },
  {
    path: 'protect',
    summary: 'Propose (as a pull request) that an instance may never be touched.',
    args: [INSTANCE],
    flags: [REASON, DRY_RUN],
    example: 'protect i-0123456789abcdef0 --reason "domain controller"',
    changes: true,
  },
  {
    path: 'suppress',
    summary: 'Propose (as a pull request) that a finding type is only told, not acted on.',
    args: [{ name: 'finding-type', kind: 'word', optional: false }],
    flags: [REASON, DRY_RUN],
    example: 'suppress Recon:EC2/Portscan --reason "our own scanner"',
    changes: true,
  },
  {
    path: 'deploy status',
    summary: 'Say which version runs and how to roll it back.',
    args: [],
    flags: [],
    example: 'deploy status',
    changes: false,
  },
  {
    path: 'drill',
    summary: 'Run the real response on an instance tagged cordon:drill.',
    args: [INSTANCE],
    flags: [ACCOUNT, REGION, DRY_RUN],
    example: 'drill i-0123456789abcdef0',
    changes: true,
  },
  {
    path: 'halt',
    summary: 'Kill switch: no new change to anything from the next call on.',
    args: [],
    flags: [REASON, DRY_RUN],
    example: 'halt --reason "bot misbehaves"',
    changes: true,
  },
  {
    path: 'unhalt',
    summary: 'Lift the kill switch.',
    args: [],
    flags: [REASON, DRY_RUN],
    example: 'unhalt',
    changes: true,
  },
  {
    path: 'doctor',
    summary: 'Check what this bot depends on and say what is wrong.',
    args: [],
    flags: [],
    example: 'doctor',
    changes: false,
  },
  {
    path: 'whoami',
    summary: 'Say who you are here and what you may do.',
    args: [],
    flags: [],
    example: 'whoami',
    changes: false,
  },
  {
    path: 'help',
    summary: 'Show the commands, or how one is used.',
    args: [{ name: 'command', kind: 'text', optional: true }],
    flags: [],
    example: 'help isolate',
    changes: false,
  },
] as const satisfies readonly CommandSpec[];

export type CommandPath = (typeof COMMANDS)[number]['path'];

/** The table as plain rows, for those who walk it. */
export const COMMAND_ROWS: readonly (CommandSpec & { readonly path: CommandPath })[] = COMMANDS;

export function findCommand(path: string): (CommandSpec & { readonly path: CommandPath }) | undefined {
  return COMMAND_ROWS.find((row) => row.path === path);
}

function flagUsage(flag: FlagSpec): string {
  const value = flag.takes === 'switch' ? '' : ` ${flag.choices?.join('|') ?? flag.hint ?? flag.name}`;
  return flag.required ? `--${flag.name}${value}` : `[--${flag.name}${value}]`;
}

/** `isolate i-… [--reason "why"] [--dry-run]`, without the leading `/ir`. */
export function usageOf(row: CommandSpec): string {
  const args = row.args.map((arg) => (arg.optional ? `[${arg.name}]` : arg.name));
  return [row.path, ...args, ...row.flags.map(flagUsage)].join(' ');
}
