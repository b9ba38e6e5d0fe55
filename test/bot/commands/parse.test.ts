import fc from 'fast-check';
import { type ParsedCommand, parseCommand } from '../../../bot/commands/parse';
import { COMMAND_ROWS } from '../../../bot/commands/table';

const ID = 'i-0011222aa333333b4';

function command(text: string): ParsedCommand {
  const parsed = parseCommand(text);
  if (parsed.kind !== 'command') throw new Error(`${text}: ${parsed.problem}`);
  return parsed.command;
}

function problem(text: string) {
  const parsed = parseCommand(text);
  if (parsed.kind !== 'problem') throw new Error(`${text} was understood`);
  return parsed;
}

describe('the parser', () => {
  test.each(COMMAND_ROWS.map((row) => [row.path, row.example] as const))(
    'understands the example of %s',
    (path, example) => {
      expect(command(example).path).toBe(path);
      expect(command(`/ir ${example}`).path).toBe(path);
      expect(command(example.replace(path, path.toUpperCase())).path).toBe(path);
    },
  );

  test.each(COMMAND_ROWS.filter((row) => row.changes).map((row) => [row.path, row.example] as const))(
    'takes --dry-run on %s',
    (_path, example) => {
      expect(command(`${example} --dry-run`).dryRun).toBe(true);
      expect(command(example).dryRun).toBe(false);
    },
  );

  test.each([
    ['an id', ID],
    ['an id in capitals', ID.toUpperCase()],
    ['an id in backticks', `\`${ID}\``],
    ['an ARN', `arn:aws:ec2:eu-west-1:000111222333:instance/${ID}`],
    [
      'a console address',
      `https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#InstanceDetails:instanceId=${ID}`,
    ],
    [
      'a console address as Slack escapes it',
      `<https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#InstanceDetails:instanceId=${ID}>`,
    ],
    [
      'a console address with a label',
      `<https://console.aws.amazon.com/ec2/home?region=eu-west-1&amp;x=1#InstanceDetails:instanceId=${ID}|console>`,
    ],
  ])('reads an instance from %s', (_how, typed) => {
    expect(command(`isolate ${typed}`).instance?.instance).toBe(ID);
  });

  test('takes account and region from an ARN, and from flags first', () => {
    const arn = `arn:aws:ec2:eu-west-1:000111222333:instance/${ID}`;
    expect(command(`isolate ${arn}`)).toMatchObject({ account: '000111222333', region: 'eu-west-1' });
    expect(command(`isolate ${arn} --region us-east-1`)).toMatchObject({ region: 'us-east-1' });
  });

  test.each([
    ['straight quotes', `isolate ${ID} --reason "C2 beacon seen"`],
    ['smart quotes', `isolate ${ID} --reason “C2 beacon seen”`],
    ['no quotes', `isolate ${ID} --reason C2 beacon seen`],
    ['a dash made by a phone', `isolate ${ID} —reason “C2 beacon seen”`],
    ['an equals sign', `isolate ${ID} --reason="C2 beacon seen"`],
    ['a quote left open', `isolate ${ID} --reason "C2 beacon seen`],
    ['the flag before the id', `isolate --reason "C2 beacon seen" ${ID}`],
    ['no-break spaces', `isolate ${ID}\u00a0--reason\u00a0"C2 beacon seen"`],
  ])('keeps a reason given with %s', (_how, text) => {
    expect(command(text)).toMatchObject({ reason: 'C2 beacon seen', instance: { instance: ID } });
  });

  test('ends an unquoted reason at the next flag', () => {
    expect(command(`isolate ${ID} --reason looks bad --dry-run`)).toMatchObject({ reason: 'looks bad', dryRun: true });
  });

  test('knows an incident wherever it stands and in any case', () => {
    expect(command('forensics pause ir-abcdefgh')).toMatchObject({ incident: 'IR-ABCDEFGH' });
    expect(command('owner <@U0ALICE01|alice> IR-ABCDEFGH')).toMatchObject({
      person: 'U0ALICE01',
      incident: 'IR-ABCDEFGH',
    });
    expect(command('owner IR-ABCDEFGH alice')).toMatchObject({ person: 'alice', incident: 'IR-ABCDEFGH' });
    expect(command('forensics start IR-ABCDEFGH')).toMatchObject({ incident: 'IR-ABCDEFGH' });
  });

  test.each([
    ['', undefined],
    ['help', undefined],
    ['HELP', undefined],
    ['-h', undefined],
    ['help isolate', 'isolate'],
    ['isolate --help', 'isolate'],
    ['forensics pause -h', 'forensics pause'],
  ])('answers “%s” with help', (text, about) => {
    const parsed = command(text);
    expect([parsed.path, parsed.text]).toEqual(['help', about]);
  });

  test.each([
    ['isolat i-1', 'isolate'],
    ['isloate i-1', 'isolate'],
    ['forensic pause', 'forensics pause'],
    ['forensic', 'forensics'],
    ['statsu', 'forensics status'],
    ['pauze IR-ABCDEFGH', 'forensics pause'],
    ['polcy explian', 'policy explain'],
    ['xyzzy', undefined],
    ['forensics puase', 'forensics pause'],
    ['pause', 'forensics pause'],
    ['lst', 'list'],
    ['isolate i-0011222aa333333b4 --reson x', '--reason'],
  ])('suggests for “%s”, and does nothing', (text, suggestion) => {
    expect(problem(text).suggestion).toBe(suggestion);
  });

  test.each([
    ['isolate', 'needs i-…'],
    ['isolate i-123', 'this one has 3'],
    ['isolate i-00112zzaa333333b4', 'other characters'],
    ['isolate web-3', 'no instance id'],
    [`isolate ${ID} extra`, 'do not know what to do with "extra"'],
    ['close IR-ABCDEFGH', 'Say --as'],
    ['close IR-ABCDEFGH --as nonsense', 'takes one of'],
    ['show IR-ABC', 'An incident id is'],
    [`show ${ID}`, `which incident is about ${ID}`],
    ['show IR-ABCDEFG0', 'did you mean IR-ABCDEFGO'],
    [`isolate ${ID} --account 12`, 'twelve digits'],
    [`isolate ${ID} --region mars`, 'looks like eu-west-1'],
    [`isolate ${ID} --reason`, 'needs a value'],
    ['forensics', 'needs one of'],
    [`isolate ${ID} --reason "${'why '.repeat(150)}"`, '--reason takes at most 500 characters; this one has 599.'],
    [`note IR-ABCDEFGH ${'saw '.repeat(600)}`, 'takes at most 2000 characters; this one has 2399.'],
  ])('says what is wrong with “%s”', (text, words) => {
    expect(problem(text).problem).toContain(words);
  });

  test('never throws, and says one sentence of bounded length about anything', () => {
    const word = fc.oneof(
      fc.constantFrom(
        ...COMMAND_ROWS.map((row) => row.path),
        '--reason',
        '--dry-run',
        '"',
        '“',
        ID,
        'IR-ABCDEFGH',
        '<@U1|x>',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const parsed = parseCommand(words.join(' '));
        if (parsed.kind === 'problem') expect(parsed.problem.length).toBeLessThan(300);
      }),
      { numRuns: 3000 },
    );
  });

  test('reads 64 KiB of anything in well under a second of CPU', () => {
    for (const text of [
      '"'.repeat(65_536),
      "a'".repeat(32_768),
      '<'.repeat(65_536),
      '--reason '.repeat(8_000),
      `isolate ${'i-'.repeat(30_000)}`,
    ]) {
      const before = process.cpuUsage();
      parseCommand(text);
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(800);
    }
  });
});
