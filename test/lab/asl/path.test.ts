import fc from 'fast-check';
import { parseJson } from '../../../lab/aws/asl/json';
import { place, select } from '../../../lab/aws/asl/path';
import { parsePath } from '../../../lab/aws/asl/path-parse';
import { StatesError } from '../../../lab/aws/asl/states-error';

const DATA = {
  a: { b: [10, 20, 30, 40], 'odd name': 1, "quo'te": 2 },
  list: [
    { id: 1, state: 'running', tags: ['x'] },
    { id: 2, state: 'stopped', tags: ['x', 'y'] },
    { id: 3, state: 'running' },
  ],
  'x.y': { '@z': 6, '&Ж中': 7 },
  deep: { id: 4, inner: { id: 5 } },
};

function pick(path: string, data: Parameters<typeof select>[1]['data'] = DATA) {
  return select(parsePath(path), { data, context: { Execution: { Name: 'run' } } });
}

test.each([
  ['$', DATA],
  ['$.a.b', [10, 20, 30, 40]],
  ['$.a.b[0]', 10],
  ['$.a.b[-1]', 40],
  ["$['a']['odd name']", 1],
  ["$.a['quo\\'te']", 2],
  ['$.x\\.y.\\@z', 6],
  ['$.x\\.y.&Ж中', 7],
  ['$.a.b[0,2]', [10, 30]],
  ['$.a.b[1:3]', [20, 30]],
  ['$.a.b[-2:]', [30, 40]],
  ['$.a.b[:1]', [10]],
  ['$.a.b[*]', [10, 20, 30, 40]],
  ['$.a.b.length()', 4],
  ['$.list[*].id', [1, 2, 3]],
  ['$.list[*].tags', [['x'], ['x', 'y']]],
  ['$..id', [1, 2, 3, 4, 5]],
  ["$.deep['id','inner']", [4, { id: 5 }]],
  ["$.list[?(@.state == 'running')].id", [1, 3]],
  ["$.list[?(@.state != 'running' && @.id >= 2)].id", [2]],
  ['$.list[?(@.tags)].id', [1, 2]],
  ['$.list[?(!@.tags || @.id < 2)].id', [1, 3]],
  ["$.list[?(@.state in ['stopped', 'gone'])].id", [2]],
  ["$.list[?(@.tags contains 'y')].id", [2]],
  ['$.list[?(@.id > $.deep.inner.id)]', []],
  ['$..[?(@.id == 5)]', [{ id: 5 }]],
  ['$$.Execution.Name', 'run'],
])('%s selects what it names', (path, expected) => {
  expect(pick(path)).toEqual(expected);
});

test.each(['$.missing', '$.a.b[9]', '$.a.b.c', '$.missing[*]', '$.list.id', '$.__proto__', '$.a.constructor'])(
  '%s finds nothing',
  (path) => {
    expect(pick(path)).toBeUndefined();
  },
);

test.each([
  ['$name', 'variable'],
  ['a.b', "expected '$'"],
  ['$.', 'field name'],
  ['$.a[', 'expected a quoted name'],
  ['$.a[1:2:1]', 'step'],
  ['$.a.sum()', 'not supported'],
  ['$.a b', 'ends before'],
  ["$['a", 'does not end'],
  ['$.a[?(1)]', 'compares'],
])('%s is refused with a reason', (path, reason) => {
  expect(() => parsePath(path)).toThrow(reason);
});

test('a reference path creates what is missing and keeps the rest', () => {
  expect(place(parsePath('$.x.y'), { a: 1 }, 2)).toEqual({ a: 1, x: { y: 2 } });
  expect(place(parsePath('$.l[1].z'), { l: [1, { y: 1 }] }, 2)).toEqual({ l: [1, { y: 1, z: 2 }] });
  expect(place(parsePath('$'), { a: 1 }, 2)).toBe(2);
});

test.each(['$.n.x', '$.l[7]', '$.n[0]'])('%s cannot be placed and says so', (path) => {
  expect(() => place(parsePath(path), { n: 1, l: [] }, 2)).toThrow(StatesError);
});

const text = fc.oneof(
  fc.string(),
  fc
    .array(fc.constantFrom('$', '@', '.', '..', '[', ']', "'", '*', '?', '(', ')', 'a', '0', ':', ',', '==', '!', '&&'))
    .map((parts) => `$${parts.join('')}`),
);

test('any text is either a path or a SyntaxError, and any path reads any JSON', () => {
  fc.assert(
    fc.property(text, fc.jsonValue(), (source, json) => {
      let path: ReturnType<typeof parsePath>;
      try {
        path = parsePath(source);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
        return;
      }
      expect(() => select(path, { data: parseJson(JSON.stringify(json)), context: {} })).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});

test('what is placed at a path of names is found there again', () => {
  const names = fc.array(fc.string(), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(names, fc.jsonValue(), (keys, json) => {
      const quoted = keys.map((key) => `['${key.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`);
      const path = parsePath(`$${quoted.join('')}`);
      const value = parseJson(JSON.stringify(json));
      const placed = place(path, {}, value);
      expect(select(path, { data: placed, context: {} })).toEqual(value);
    }),
  );
});
