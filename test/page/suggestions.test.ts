import { COMMAND_ROWS, usageOf } from '../../bot/commands/table';
import { suggestions } from '../../lab/page/src/slack/suggestions';

const COMMANDS = COMMAND_ROWS.map((row) => ({ ...row, usage: usageOf(row) }));
const paths = (typed: string) => suggestions(typed, COMMANDS).map(({ path }) => path);

test('a slash offers every command of the bot’s own table', () => {
  expect(paths('/')).toEqual(COMMAND_ROWS.map(({ path }) => path));
});

test('letters narrow the list', () => {
  expect(paths('/ir for')).toEqual(COMMAND_ROWS.map(({ path }) => path).filter((path) => path.startsWith('for')));
  expect(paths('/ir isolate i-0123')).toEqual(['isolate']);
});

test('a mention in a thread offers the same', () => {
  expect(paths('@cordon forensics p')).toEqual(['forensics pause']);
});

test('plain words to people offer nothing', () => {
  expect(paths('is anybody looking at this?')).toEqual([]);
});
