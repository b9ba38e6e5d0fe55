import type { Consumer } from '../../core/incident/audience';
import { makeRelay } from '../../handlers/relay';
import { IR } from '../support/books';

function row(seq: number, events: string) {
  const NewImage = { incident: { S: IR }, seq: { N: String(seq) }, events: { S: events } };
  return { dynamodb: { SequenceNumber: String(100 + seq), NewImage } };
}

describe('relay', () => {
  it('wakes Slack and the workflow for each row, and GitHub only for what it is told of', async () => {
    const nudged: [Consumer, number][] = [];
    const relay = makeRelay({
      nudges: { nudge: async (consumer, _incident, seq) => void nudged.push([consumer, seq]) },
    });
    await relay({ Records: [row(1, '[{"type":"IncidentOpened"}]'), row(2, '[{"type":"ReportRequested"}]')] });
    expect(nudged).toEqual([
      ['announce', 1],
      ['conduct', 1],
      ['announce', 2],
      ['conduct', 2],
      ['publish', 2],
    ]);
  });

  it('wakes everybody for a row it cannot read, and gives the batch back from the first that cannot be sent', async () => {
    const nudged: Consumer[] = [];
    const nudge = async (consumer: Consumer, _incident: string, seq: number) => {
      if (seq === 2) throw new Error('SQS is away');
      nudged.push(consumer);
    };
    const answer = await makeRelay({ nudges: { nudge } })({ Records: [row(1, 'no JSON'), row(2, '[]'), row(3, '[]')] });
    expect(nudged).toEqual(['announce', 'conduct', 'publish']);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '102' }] });
  });
});
