import fc from 'fast-check';
import { threadsIn, threadTrailer } from '../../../core/gitops/thread-trailer';

const thread = fc.record({
  channel: fc.stringMatching(/^[CDG][A-Z0-9]{2,20}$/),
  ts: fc.stringMatching(/^[0-9]{6,12}\.[0-9]{6}$/),
});

describe('the thread that a commit names', () => {
  test('is read back from any message that holds it', () => {
    fc.assert(
      fc.property(thread, fc.lorem(), (one, text) => {
        expect(threadsIn(`${text}\n\n${threadTrailer(one)}\n`)).toEqual([one]);
      }),
    );
  });

  test('is told once, however often the commits say it', () => {
    const line = threadTrailer({ channel: 'C0INC', ts: '1770000000.000100' });
    expect(threadsIn(`${line}\n\n${line}\n`)).toHaveLength(1);
  });

  test.each(['Cordon-Thread: @here/1.1', 'says Cordon-Thread: C0INC/1770000000.000100', 'Cordon-Thread: C0INC'])(
    'is not made of %s',
    (line) => {
      expect(threadsIn(line)).toEqual([]);
    },
  );
});
