import { perIncident } from '../../../bot/announce/nudge';

const record = (messageId: string, body: unknown) => ({
  messageId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('a batch of nudges', () => {
  test('works each incident once, and gives back only the messages of one that failed', async () => {
    const worked: string[] = [];
    const lines: unknown[] = [];
    const event = {
      Records: [
        record('1', { incident: 'IR-AAAAAAAA', seq: 1 }),
        record('2', { incident: 'IR-BBBBBBBB', seq: 1 }),
        record('3', { incident: 'IR-AAAAAAAA', seq: 2 }),
      ],
    };
    const answer = await perIncident(
      event,
      async (incident) => {
        worked.push(incident);
        if (incident === 'IR-AAAAAAAA') throw new Error('Slack is down');
      },
      (line) => lines.push(line),
    );
    expect(worked).toEqual(['IR-AAAAAAAA', 'IR-BBBBBBBB']);
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: '1' }, { itemIdentifier: '3' }]);
    expect(lines).toHaveLength(1);
  });

  test('drops what names no incident, with a line in the log', async () => {
    const lines: unknown[] = [];
    const event = {
      Records: [record('1', 'not json'), record('2', {}), record('3', { incident: '../../etc' }), record('4', null)],
    };
    expect(
      await perIncident(
        event,
        async () => {},
        (line) => lines.push(line),
      ),
    ).toEqual({ batchItemFailures: [] });
    expect(lines).toHaveLength(4);
  });

  test('survives an event without records', async () => {
    expect(
      await perIncident(
        {},
        async () => {},
        () => {},
      ),
    ).toEqual({ batchItemFailures: [] });
  });
});
