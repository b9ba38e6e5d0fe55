import { evaluate, interpolate, type Scope } from '../../../lab/github/expressions';

const scope: Scope = {
  values: {
    github: { event: { client_payload: { incident: 'IR-ABCDEFGH', n: 3 } }, ref: 'refs/heads/main' },
    steps: { build: { outputs: { ok: 'yes' } } },
    vars: {},
  },
  failed: false,
};

describe('workflow expressions', () => {
  test('are replaced wherever they stand in a text', () => {
    expect(interpolate('a ${{ github.event.client_payload.incident }} b', scope)).toBe('a IR-ABCDEFGH b');
  });

  test.each([
    ["github.ref == 'refs/heads/MAIN'", true],
    ["steps.build.outputs['ok'] == 'yes' && !failure()", true],
    ['vars.MISSING', null],
    ["vars.MISSING || 'default'", 'default'],
    ["contains('abc', 'B')", true],
    ["format('{0}-{1}', 'a', github.event.client_payload.n)", 'a-3'],
    ["'it''s'", "it's"],
    ['always()', true],
  ])('evaluate %s', (source, value) => {
    expect(evaluate(source, scope)).toEqual(value);
  });

  test.each(['secrets.X', 'hashFiles("x")', 'github.ref ==', '(true', 'a + b', 'unknown()'])(
    'fail loudly on %s',
    (source) => {
      expect(() => evaluate(source, scope)).toThrow(/cannot evaluate/);
    },
  );
});
