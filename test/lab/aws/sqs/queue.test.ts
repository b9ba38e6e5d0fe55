import fc from 'fast-check';
import { LabIds } from '../../../../lab/aws/platform';
import { type Message, Queue, type QueueSettings } from '../../../../lab/aws/sqs/queue';
import { VirtualTime } from '../../../../lab/time/virtual-time';

const SETTINGS: QueueSettings = {
  name: 'q.fifo',
  arn: 'arn:q',
  url: 'http://q',
  fifo: true,
  contentBasedDeduplication: true,
  visibilitySeconds: 30,
  delaySeconds: 0,
  retentionSeconds: 1,
  redrive: { arn: 'arn:dead', maximum: 3 },
};

function queueOf(settings: Partial<QueueSettings> = {}): { queue: Queue; time: VirtualTime; dead: Message[] } {
  const time = new VirtualTime({ start: 0, seed: '1' });
  const dead: Message[] = [];
  const queue = new Queue({ ...SETTINGS, ...settings }, { clock: time, ids: new LabIds('1') }, (_arn, message) =>
    dead.push(message),
  );
  return { queue, time, dead };
}

async function pass(time: VirtualTime, ms: number): Promise<void> {
  time.setTimer(ms, () => undefined, 'pass');
  await time.run();
}

describe('a FIFO queue', () => {
  it('never gives out a message before an earlier one of its group is done', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2), { minLength: 1, maxLength: 25 }),
        fc.array(fc.nat(10), { maxLength: 40 }),
        (groups, sizes) => {
          const { queue } = queueOf({ redrive: undefined });
          groups.forEach((group, n) => {
            queue.send(`${group}:${n}`, { group: String(group) });
          });
          const done: string[] = [];
          for (const size of sizes) {
            const batch = queue.receive(size);
            const busy = batch.map(({ group }) => group);
            // Another reader meanwhile gets nothing of the groups in flight.
            expect(
              queue
                .receive(10)
                .some(({ group, receipt }) => busy.includes(group) && queue.changeVisibility(receipt ?? '', 0)),
            ).toBe(false);
            for (const message of queue.messages()) if (!batch.includes(message)) message.visibleAt = 0;
            for (const { body, receipt } of batch) if (queue.delete(receipt ?? '')) done.push(body);
          }
          for (const group of [0, 1, 2]) {
            const numbers = done
              .filter((body) => body.startsWith(`${group}:`))
              .map((body) => Number(body.split(':')[1]));
            expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
          }
        },
      ),
    );
  });

  it('drops a duplicate for five minutes and takes it again afterwards', async () => {
    const { queue, time } = queueOf();
    const first = queue.send('same', { group: 'g' });
    expect(queue.send('same', { group: 'g' }).id).toBe(first.id);
    expect(queue.messages()).toHaveLength(1);
    await pass(time, 300_001);
    queue.send('same', { group: 'g' });
    expect(queue.messages()).toHaveLength(2);
  });

  it('shows a message again after the visibility timeout, and sets it aside after three receives', async () => {
    const { queue, time, dead } = queueOf();
    queue.send('bad', { group: 'g' });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect(queue.receive(10).map(({ receives }) => receives)).toEqual([attempt]);
      expect(queue.receive(10)).toEqual([]);
      await pass(time, 30_000);
    }
    expect(queue.receive(10)).toEqual([]);
    expect(dead.map(({ body }) => body)).toEqual(['bad']);
    expect(queue.messages()).toEqual([]);
  });

  it('knows nothing of an old receipt', async () => {
    const { queue, time } = queueOf();
    queue.send('x', { group: 'g' });
    const [first] = queue.receive(1);
    const receipt = first?.receipt ?? '';
    await pass(time, 30_000);
    queue.receive(1);
    expect(queue.delete(receipt)).toBe(false);
  });
});
