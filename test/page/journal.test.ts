import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal, type JournalEntry } from '../../lab/page-server/journal';

const HEAD = { sources: 'a'.repeat(64), seed: '1' };
const ENTRIES: readonly JournalEntry[] = [
  { at: 1000, gesture: { kind: 'attack', attack: 'bitcoin' } },
  { at: 2500, gesture: { kind: 'command', as: 'U0ALICE01', channel: 'C0CORDON', text: 'list' } },
];
const file = () => join(mkdtempSync(join(tmpdir(), 'cordon-journal-')), 'journal.jsonl');

test('what was written is read again after a restart', () => {
  const path = file();
  const before = new Journal(path, HEAD);
  before.begin([]);
  for (const entry of ENTRIES) before.add(entry);
  expect(new Journal(path, HEAD).read()).toEqual(ENTRIES);
});

test('a line that a crash cut short is left out, what came before it stands', () => {
  const path = file();
  new Journal(path, HEAD).begin(ENTRIES);
  appendFileSync(path, '{"at":3000,"gesture":{"kind":"at');
  expect(new Journal(path, HEAD).read()).toEqual(ENTRIES);
});

test('a journal of other sources is not played: it says why', () => {
  const path = file();
  new Journal(path, HEAD).begin(ENTRIES);
  expect(new Journal(path, { ...HEAD, sources: 'b'.repeat(64) }).read()).toMatch(/changed since/);
});

test('without a file nothing is kept', () => {
  const journal = new Journal(undefined, HEAD);
  journal.add({ at: 1, gesture: { kind: 'skip', to: 'change' } });
  expect(journal.read()).toEqual([]);
});
