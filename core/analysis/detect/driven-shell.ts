import { patternsOf } from './command-patterns';
import { isRemote, programName } from './describe';
import type { Connection, Host, Process, SocketHolder } from './host';
import { isInterpreter, isShell, knownTool } from './known-tools';

/** A connection to the outside over which a shell, or a program that hands one out, takes its orders. */
export interface Driven {
  readonly connection: Connection;
  readonly holder: SocketHolder;
  /** The connection is its standard input, output or error. */
  readonly standard: boolean;
  /** Its arguments themselves say that it hands out a shell. */
  readonly spoken: boolean;
}

/** Shells on a connection; interpreters and network tools whose arguments or standard streams tie a shell to one. */
export function drivenFromOutside(process: Process, host: Host): Driven | undefined {
  const held = heldConnection(process, host);
  if (held === undefined) return undefined;
  const name = programName(process);
  const spoken = handsOutShell(process.args ?? '');
  const standard = onStandardStreams(held.holder);
  if (isShell(name) || isShell(process.comm)) return { ...held, standard, spoken };
  if (isInterpreter(name))
    return spoken || (standard && hasInlineProgram(process)) ? { ...held, standard, spoken } : undefined;
  return knownTool(name)?.strength === 'weak' && spoken ? { ...held, standard, spoken } : undefined;
}

/** Whether it is beyond reasonable doubt: the shell reads from the connection, or its arguments tie the two. */
export function surelyDriven(driven: Driven | undefined): boolean {
  return driven !== undefined && (driven.standard || driven.spoken);
}

/** A command line that ties a shell to the network, in either direction. */
export function handsOutShell(args: string): boolean {
  return patternsOf(args).some(({ says }) => says === 'opens a reverse shell');
}

/** The program of an interpreter stands on its command line. */
export function hasInlineProgram({ args }: Process): boolean {
  // Python's own helpers of parallel programs are started so.
  return /\s-(?:c|e|r|ne|pe)\s(?!from multiprocessing)/.test(` ${args ?? ''}`);
}

interface Held {
  readonly connection: Connection;
  readonly holder: SocketHolder;
}

/** A connection to the outside that the process holds; one on standard input, output or error first. */
function heldConnection({ pid }: Process, { connections }: Host): Held | undefined {
  const held = connections
    .filter(({ state, remoteAddress }) => state !== 'LISTEN' && isRemote(remoteAddress))
    .flatMap((connection): readonly Held[] =>
      [connection.owner, ...connection.heirs]
        .filter((holder) => holder.pid === pid)
        .map((holder) => ({ connection, holder })),
    );
  // On another descriptor only the opener counts: children inherit what their parent forgot to close.
  return (
    held.find(({ holder }) => onStandardStreams(holder)) ?? held.find(({ connection }) => connection.owner.pid === pid)
  );
}

function onStandardStreams({ fds }: SocketHolder): boolean {
  return fds.some((fd) => fd <= 2);
}
