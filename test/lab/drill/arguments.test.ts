import { readDrillArguments } from '../../../lab/drill/arguments';

const read = (...argv: string[]) => readDrillArguments(argv);

describe('arguments of a drill', () => {
  test('default to the committed finding, seed 1 and nobody deciding', () => {
    expect(read()).toEqual({ decisions: [], at: [], realScripts: false, seed: 1 });
  });

  test('take decisions with and without a person', () => {
    expect(read('--decide', 'stop=approve', '--decide', 'contain=reject@carol')).toMatchObject({
      decisions: [
        { gate: 'stop', decision: 'approve' },
        { gate: 'contain', decision: 'reject', person: 'carol' },
      ],
    });
  });

  test('read approve at a failed step as retry', () => {
    expect(read('--decide', 'failed:CaptureMemory=approve')).toMatchObject({
      decisions: [{ gate: 'failed:Capture memory', decision: 'retry' }],
    });
  });

  test('take a verb at a state, with a person', () => {
    expect(read('--at', 'Collect', 'forensics pause --reason "lunch"@bob')).toMatchObject({
      at: [{ state: 'Collect', text: 'forensics pause --reason "lunch"', person: 'bob' }],
    });
  });

  test.each([
    [['--decide', 'halt=approve'], /no gate "halt".*contain, nacl, revoke, collect, analyse, stop, failed:STATE/],
    [['--decide', 'stop=maybe'], /takes approve or reject/],
    [['--decide', 'stop'], /GATE=approve/],
    [['--seed', 'x'], /whole number/],
    [['--colour', 'red'], /no option "--colour"/],
    [['--out'], /needs a value/],
    [['--at', 'Collect'], /only "Collect"/],
  ])('refuse %j in one sentence', (argv, sentence) => {
    expect(read(...argv)).toMatch(sentence);
  });
});
