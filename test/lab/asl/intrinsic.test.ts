import fc from 'fast-check';
import { evaluate } from '../../../lab/aws/asl/intrinsic';
import { INTRINSICS } from '../../../lab/aws/asl/intrinsic-functions';
import { type Json, parseJson } from '../../../lab/aws/asl/json';
import { StatesError } from '../../../lab/aws/asl/states-error';
import { parseExpression } from '../../../lab/aws/asl/template';

const DATA: Json = {
  name: 'Arnav',
  template: 'Hello, {}.',
  n: 111.4,
  json: '{"foo":["bar"]}',
  list: [1, 2, 2, 3],
  left: { a: 1, o: { x: 1 } },
  right: { a: 2, o: { y: 1 } },
};

function run(expression: string, data: Json = DATA): Json {
  return evaluate(parseExpression(expression), {
    roots: { data, context: { Task: { Token: 't' } } },
    random: () => 0.25,
  });
}

test.each<[string, Json]>([
  ["States.Format('Hello, my name is {}.', $.name)", 'Hello, my name is Arnav.'],
  ['States.Format($.template, $.name)', 'Hello, Arnav.'],
  ["States.Format('{} {} {} {}', 1, null, true, $.list)", '1 null true [1, 2, 2, 3]'],
  ["States.Format('{}', $.left)", '{a=1, o={x=1}}'],
  ["States.Format('it\\'s \\{\\} and \\\\ {}', 'x')", "it's {} and \\ x"],
  ["States.Format('plain')", 'plain'],
  ["States.Format('{}', $$.Task.Token)", 't'],
  ['States.StringToJson($.json)', { foo: ['bar'] }],
  ['States.JsonToString($.left)', '{"a":1,"o":{"x":1}}'],
  ['States.Array()', []],
  ["States.Array(1, 'a', null, false, -2.5e1)", [1, 'a', null, false, -25]],
  ['States.ArrayPartition($.list, 3)', [[1, 2, 2], [3]]],
  ['States.ArrayContains($.list, 3)', true],
  ["States.ArrayContains($.list, '3')", false],
  ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
  ['States.ArrayRange(3, 1, 1)', []],
  ['States.ArrayGetItem($.list, 3)', 3],
  ['States.ArrayLength($.list)', 4],
  ['States.ArrayUnique($.list)', [1, 2, 3]],
  ["States.Base64Encode('Data to encode')", 'RGF0YSB0byBlbmNvZGU='],
  ["States.Base64Decode('RGVjb2RlZCBkYXRh')", 'Decoded data'],
  ["States.Hash('input data', 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
  ["States.Hash('', 'MD5')", 'd41d8cd98f00b204e9800998ecf8427e'],
  ['States.JsonMerge($.left, $.right, false)', { a: 2, o: { y: 1 } }],
  ['States.MathAdd($.n, -1)', 110],
  ['States.MathRandom(1, 9)', 3],
  ["States.StringSplit('This.is+a,test=string', '.+,=')", ['This', 'is', 'a', 'test', 'string']],
  ["States.StringSplit('1,2,,3,', ',')", ['1', '2', '3']],
  ['States.UUID()', '40404040-4040-4040-8040-404040404040'],
  ["States.ArrayGetItem(States.StringSplit(States.Format('{}/{}', 'a', 'b'), '/'), 1)", 'b'],
])('%s', (expression, expected) => {
  expect(run(expression)).toEqual(expected);
});

test('a seed makes MathRandom repeatable and keeps it in range', () => {
  const seeds = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(seeds, (seed) => {
      const drawn = run(`States.MathRandom(5, 8, ${seed})`);
      expect([5, 6, 7]).toContain(drawn);
      expect(run(`States.MathRandom(5, 8, ${seed})`)).toBe(drawn);
    }),
  );
});

test.each([
  ['States.ArrayGetItem($.list, 4)', 'outside'],
  ['States.ArrayRange(1, 1002, 1)', '1000'],
  ['States.ArrayRange(1, 2, 0)', 'at least 1'],
  ['States.ArrayRange(3, 1, -1)', 'at least 1'],
  ['States.ArrayPartition($.list, 0)', 'positive'],
  ["States.StringToJson('{')", 'not JSON'],
  ["States.Base64Decode('***')", 'not Base64'],
  ["States.Hash('a', 'CRC')", 'algorithm'],
  ['States.JsonMerge($.left, $.right, true)', 'shallow'],
  ['States.MathAdd(2147483647, 1)', 'outside'],
  ["States.MathAdd('1', 1)", 'must be a number'],
  ['States.MathRandom(2, 2)', 'greater'],
  ["States.Format('{} {}', 1)", 'for 1 values'],
  ['States.ArrayLength($.name)', 'must be an array'],
])('%s fails as an IntrinsicFailure', (expression, reason) => {
  expect(() => run(expression)).toThrow(reason);
  try {
    run(expression);
  } catch (error) {
    expect(error).toMatchObject({ error: 'States.IntrinsicFailure' });
  }
});

test('a path that finds nothing inside a call is a States.Runtime', () => {
  expect(() => run('States.ArrayLength($.nope)')).toThrow(StatesError);
  expect(() => run('States.ArrayLength($.nope)')).toThrow('States.Runtime');
});

test.each([
  ["States.Nope('x')", 'not an intrinsic'],
  ['States.ArrayLength()', 'does not take 0'],
  ["States.Format('a\\n')", 'can be escaped'],
  ["States.Format('a)", 'does not end'],
  ['States.UUID() x', 'after the end'],
  ['Other.Format()', 'expected a path'],
  [`${'States.Array('.repeat(11)}${')'.repeat(11)}`, '10 nested'],
])('%s is refused before anything runs', (expression, reason) => {
  expect(() => parseExpression(expression)).toThrow(reason);
});

const NAMES = ['States.Format', ...INTRINSICS.keys()];
const argument = fc.oneof(
  fc.constantFrom('$', '$.a', '$.b', '$$.Task.Token', 'null', 'true', '-1', '0', '3.7', '1e9', 'States.UUID()', "'{}'"),
  fc.string().map((value) => `'${value.replace(/[\\'{}]/g, '\\$&')}'`),
);

test('any call on any data gives JSON or a StatesError, and never hangs', () => {
  const data = fc.record({ a: fc.jsonValue(), b: fc.jsonValue() });
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), fc.array(argument, { maxLength: 4 }), data, (name, args, value) => {
      let expression: ReturnType<typeof parseExpression>;
      try {
        expression = parseExpression(`${name}(${args.join(', ')})`);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
        return;
      }
      try {
        const roots = { data: parseJson(JSON.stringify(value)), context: { Task: { Token: 't' } } };
        expect(JSON.stringify(evaluate(expression, { roots, random: Math.random }))).toBeDefined();
      } catch (error) {
        expect(error).toBeInstanceOf(StatesError);
      }
    }),
    { numRuns: 3000 },
  );
});

test('any text is either an expression or a SyntaxError', () => {
  const parts = fc.constantFrom(
    'States.',
    'Format',
    'Array',
    '(',
    ')',
    "'",
    '\\',
    '{}',
    ',',
    ' ',
    '$',
    '.a',
    '1',
    'null',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(parts).map((list) => list.join('')),
      ),
      (source) => {
        try {
          parseExpression(source);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('encoding and decoding, writing and parsing, undo each other', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.jsonValue(), (word, json) => {
      const value = parseJson(JSON.stringify(json));
      expect(run('States.Base64Decode(States.Base64Encode($.w))', { w: word })).toBe(word);
      expect(run('States.StringToJson(States.JsonToString($.v))', { v: value })).toEqual(value);
    }),
  );
});

test('a text nested past a thousand levels is refused, not recursed into', () => {
  expect(() => run('States.StringToJson($.v)', { v: '['.repeat(50_000) })).toThrow('1000 levels');
});
