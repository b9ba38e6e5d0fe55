import fc from 'fast-check';
import { type Node, parseMrkdwn } from '../../lab/page/src/slack/mrkdwn';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const textOf = (nodes: readonly Node[]): string =>
  nodes.map((node) => ('nodes' in node ? textOf(node.nodes) : node.kind === 'mention' ? node.id : node.text)).join('');
const kinds = (nodes: readonly Node[]): readonly string[] =>
  nodes.flatMap((node) => ('nodes' in node ? [node.kind, ...kinds(node.nodes)] : [node.kind]));

test('what was escaped never links and never mentions', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.constantFrom('<!channel>', '<@U0LEAD>', '<https://evil.example|Approve>', '`<!here>`', '*<#C1>*'),
  );
  fc.assert(
    fc.property(fc.array(hostile), (parts) => {
      const found = kinds(parseMrkdwn(escaped(parts.join(' '))));
      expect(found).not.toContain('link');
      expect(found).not.toContain('mention');
    }),
  );
});

test('plain words come back as they were', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[^`*_~<>&]*$/), (words) => {
      expect(textOf(parseMrkdwn(words))).toBe(words);
    }),
  );
});

test('a link, a mention and a date are what the app wrote', () => {
  const nodes = parseMrkdwn(
    '<https://github.com/x|the run> <@U0CAROL01> <!date^1778898331^{date} {time}|16 May, 02:25>',
  );
  expect(nodes.filter(({ kind }) => kind !== 'text')).toEqual([
    { kind: 'link', href: 'https://github.com/x', text: 'the run' },
    { kind: 'mention', of: 'user', id: 'U0CAROL01' },
    { kind: 'date', seconds: 1778898331, text: '16 May, 02:25' },
  ]);
});

test('marks format words and not the inside of names', () => {
  expect(kinds(parseMrkdwn('*State* and `a_b_c` and snake_case_name'))).toEqual([
    'bold',
    'text',
    'text',
    'code',
    'text',
  ]);
});

test('no scheme but the web’s and mail’s becomes a link', () => {
  expect(kinds(parseMrkdwn('<javascript:alert(1)|press>'))).toEqual(['text']);
});

test('the app’s own emoji are drawn, in running text only; others stay as they stand', () => {
  expect(parseMrkdwn(':white_check_mark: done `:x:` :no_such_one: 10:20:30')).toEqual([
    { kind: 'text', text: '\u2705 done ' },
    { kind: 'code', text: ':x:' },
    { kind: 'text', text: ' :no_such_one: 10:20:30' },
  ]);
});
