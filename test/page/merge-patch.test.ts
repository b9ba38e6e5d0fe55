import fc from 'fast-check';
import { applyPatch, patchBetween } from '../../lab/page-server/merge-patch';

/** Documents as the page's state is: records in records, lists, no null. */
const name = fc.string({ maxLength: 4 }).filter((text) => text !== '__proto__');
const document = fc.letrec<{ value: unknown; record: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 }), tie('record')),
  record: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
})).record;

test('a patch between two states turns the first into the second', () => {
  fc.assert(
    fc.property(document, document, (before, after) => {
      const patch = patchBetween(before, after);
      expect(applyPatch(before, patch ?? {})).toEqual(after);
    }),
  );
});

test('equal states need no patch', () => {
  fc.assert(fc.property(document, (state) => patchBetween(state, structuredClone(state)) === undefined));
});

test('what did not change keeps its identity', () => {
  const before = { slack: { messages: { a: { text: 'x' } } }, runs: { one: { status: 'RUNNING' } } };
  const after = applyPatch(before, { runs: { one: { status: 'SUCCEEDED' } } });
  expect(after.slack).toBe(before.slack);
  expect(after.runs.one.status).toBe('SUCCEEDED');
});
