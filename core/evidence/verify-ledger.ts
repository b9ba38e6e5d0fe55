import * as z from 'zod';
import type { Sha256 } from '../incident/ids';
import { canonicalJson, GENESIS, rowHash } from '../incident/ledger-row';
import { bad, type Checked, good } from './check';
import type { ReadManifest } from './verify-manifest';

const SHA = z.string().regex(/^[0-9a-f]{64}$/);
const ROW = z.looseObject({
  incident: z.string(),
  seq: z.number().int(),
  events: z.array(z.looseObject({ type: z.string() })),
  prevHash: SHA,
  hash: SHA,
});
type Row = z.output<typeof ROW>;

/**
 * Reads a ledger export (JSON Lines) and proves its chain: every row in place, following the one before, with the hash
 * of its own content, written as it was written. Names the first row that is not.
 */
export function checkLedger(path: string, text: string): Checked<readonly Row[]> {
  const lines = text.split('\n');
  // The break after the last row; anything else there is not ours.
  if (lines.pop() !== '')
    return bad(`${path} row ${lines.length + 1}`, 'the last line has no line break: the file was cut or changed');
  const rows: Row[] = [];
  let head: string = GENESIS;
  for (const [index, line] of lines.entries()) {
    const name = `${path} row ${index + 1}`;
    const row = parseRow(line);
    if (row === undefined) return bad(name, 'it is not a ledger row');
    if (row.seq !== index + 1) return bad(name, `it is missing: row ${row.seq} stands in its place`);
    if (row.incident !== (rows[0] ?? row).incident) return bad(name, `it belongs to ${row.incident}`);
    if (row.prevHash !== head) return bad(name, 'it does not follow the row before it');
    if (hashOf(row) !== row.hash) return bad(name, 'it was changed: its hash does not match its content');
    if (line !== canonicalJson(row) && line !== JSON.stringify(row))
      return bad(name, 'its text is not what was written');
    head = row.hash;
    rows.push(row);
  }
  return good(rows);
}

function parseRow(line: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const parsed = ROW.safeParse(value);
    // The value as it was read: a schema's copy could order members anew.
    return parsed.success ? (value as Row) : undefined;
  } catch {
    return undefined;
  }
}

/** The same sum as the writer's, over whatever members the row has. */
function hashOf(row: Row): Sha256 {
  return rowHash(row as unknown as Parameters<typeof rowHash>[0]);
}

/**
 * Compares a ledger with the manifest that covers it. `whole` ledgers end with the FinalSealed row that follows the
 * rows covered and repeats the manifest's head; an export made for the seal ends right before it.
 */
export function checkCoverage(
  path: string,
  rows: readonly Row[],
  manifest: ReadManifest,
  whole: boolean,
): Checked<{ readonly rows: number }> {
  const covered = manifest.ledger.rows;
  const first = rows[0];
  if (first !== undefined && first.incident !== manifest.incident)
    return bad(`${path} row 1`, `it belongs to ${first.incident} and the manifest to ${manifest.incident}`);
  if (rows.length < covered)
    return bad(
      `${path} row ${rows.length + 1}`,
      `it is missing: the manifest covers ${covered} rows and there are ${rows.length}`,
    );
  const head = rows[covered - 1]?.hash ?? GENESIS;
  if (head !== manifest.ledger.headHash)
    return bad(`${path} row ${covered}`, 'it is not the row the manifest was signed over');
  const expected = whole ? covered + 1 : covered;
  if (rows.length < expected)
    return bad(`${path} row ${expected}`, 'it is missing: the FinalSealed row after the rows covered');
  if (rows.length > covered + 1)
    return bad(`${path} row ${covered + 2}`, 'it stands after the final seal, which nothing covers');
  const last = rows[covered];
  if (last !== undefined && !repeats(last, manifest))
    return bad(`${path} row ${covered + 1}`, 'it is not the FinalSealed of this manifest (head, signature, row count)');
  return good({ rows: rows.length });
}

const FINAL_SEALED = z.object({
  type: z.literal('FinalSealed'),
  head: z.string(),
  signature: z.string(),
  rows: z.number(),
  fingerprint: z.string(),
});

function repeats(row: Row, manifest: ReadManifest): boolean {
  const sealed = FINAL_SEALED.safeParse(row.events[0]).data;
  if (row.events.length !== 1 || sealed === undefined) return false;
  return (
    sealed.head === manifest.head &&
    sealed.signature === manifest.signature &&
    sealed.rows === manifest.ledger.rows &&
    sealed.fingerprint === manifest.fingerprint
  );
}
