import canonicalize from 'canonicalize';
import { NeedsHuman } from '../errors';
import type { Actor, Commit, IncidentEvent } from './events';
import { type CommandId, type IncidentId, type Sha256, sha256 } from './ids';

/** `prevHash` of a first row. */
export const GENESIS = '0'.repeat(64) as Sha256;

/** A row stays under 64 KB; larger facts go to S3 by their SHA-256. */
export const MAX_ROW_BYTES = 64 * 1024;

/** RFC 8785 JSON (sorted keys, shortest numbers, no spaces): equal values have equal text, so they have equal hashes. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('A value without JSON text (undefined or a function) cannot be hashed.');
  return text;
}

/** SHA-256 of the row's RFC 8785 JSON without `hash`. */
export function rowHash(row: Omit<Commit, 'hash'> & { readonly hash?: Sha256 }): Sha256 {
  const { hash: _hash, ...rest } = row;
  return sha256(canonicalJson(rest));
}

/** The next row after `previous`. Throws NeedsHuman when it would not stay under 64 KB. */
export function nextRow(
  incident: IncidentId,
  previous: { readonly seq: number; readonly hash: Sha256 } | undefined,
  content: {
    readonly events: readonly IncidentEvent[];
    readonly actor: Actor;
    readonly commandId: CommandId;
    readonly at: Date;
  },
): Commit {
  const row = {
    incident,
    seq: (previous?.seq ?? 0) + 1,
    events: content.events,
    actor: content.actor,
    commandId: content.commandId,
    at: content.at.toISOString(),
    version: 1 as const,
    prevHash: previous?.hash ?? GENESIS,
  };
  const bytes = Buffer.byteLength(canonicalJson(row));
  if (bytes >= MAX_ROW_BYTES)
    throw new NeedsHuman(
      `The ledger row would be ${bytes} bytes and rows stay under ${MAX_ROW_BYTES}: store the large part as a blob and keep its SHA-256.`,
    );
  return { ...row, hash: rowHash(row) };
}

export type ChainCheck =
  | { readonly ok: true; readonly rows: number; readonly head: Sha256 }
  | { readonly ok: false; readonly seq: number; readonly why: string };

/** Checks seq, prevHash and hash of every row, and names the first that is wrong (a missing row by the seq it should have). */
export function verifyChain(rows: readonly Commit[]): ChainCheck {
  let head = GENESIS;
  const incident = rows[0]?.incident;
  for (const [index, row] of rows.entries()) {
    const seq = index + 1;
    if (row.seq !== seq) return { ok: false, seq, why: `row ${seq} is missing: row ${row.seq} stands in its place` };
    if (row.incident !== incident) return { ok: false, seq, why: `row ${seq} belongs to ${row.incident}` };
    if (row.prevHash !== head) return { ok: false, seq, why: `row ${seq} does not follow row ${seq - 1}` };
    if (rowHash(row) !== row.hash) return { ok: false, seq, why: `row ${seq} was changed: its hash does not match` };
    head = row.hash;
  }
  return { ok: true, rows: rows.length, head };
}
