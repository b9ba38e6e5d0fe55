import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { sleep } from '../../../lab/time/clock';
import { VirtualTime } from '../../../lab/time/virtual-time';

const start = Date.parse('2020-01-01T00:00:00Z');
const lab = (seed = '1'): VirtualTime => new VirtualTime({ start, seed });

describe('virtual time', () => {
  it('jumps an hour without waiting for it', async () => {
    const time = lab();
    const wall = performance.now();
    await time.settle(sleep(time, 3_600_000, 'an hour'));
    expect(time.now()).toBe(start + 3_600_000);
    expect(performance.now() - wall).toBeLessThan(60_000);
  });

  it('fires timers in order of time, and equal times in an order the seed decides', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }), async (seed, delays) => {
        const play = async (): Promise<string[]> => {
          const time = lab(seed);
          const seen: string[] = [];
          delays.forEach((ms, i) => {
            time.setTimer(ms, () => seen.push(`${time.now() - start}:${i}`), `timer ${i}`);
          });
          await time.run();
          return seen;
        };
        const first = await play();
        expect(first).toHaveLength(delays.length);
        expect(first).toEqual(await play());
        const times = first.map((entry) => Number(entry.split(':')[0]));
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });

  it('gives equal times different orders under different seeds', async () => {
    const orderOf = async (seed: string): Promise<string> => {
      const time = lab(seed);
      const seen: number[] = [];
      for (let i = 0; i < 8; i += 1) time.setTimer(5, () => seen.push(i), `timer ${i}`);
      await time.run();
      return seen.join();
    };
    expect(new Set([await orderOf('a'), await orderOf('b'), await orderOf('c')]).size).toBeGreaterThan(1);
  });

  it('stands still while something is in flight, and moves once it is parked', async () => {
    const time = lab();
    const done = time.busy('a request', { id: 'r1' });
    let firedAt = 0;
    time.setTimer(
      10,
      () => {
        firedAt = performance.now();
      },
      'later',
    );
    const parkedAt = performance.now() + 30;
    setTimeout(() => time.park('r1'), 30);
    await time.run(() => firedAt > 0);
    expect(firedAt).toBeGreaterThanOrEqual(parkedAt - 2);
    done();
  });

  it('waits for file-system work', async () => {
    const time = lab();
    let read = false;
    let readFirst = false;
    void readFile(__filename).then(() => {
      read = true;
    });
    time.setTimer(
      1000,
      () => {
        readFirst = read;
      },
      'later',
    );
    await time.run();
    expect(readFirst).toBe(true);
  });

  it('forgets a response that nobody reads to its end', async () => {
    const time = lab();
    const server = createServer((_req, res) => res.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    let complete = false;
    request({ port, host: '127.0.0.1' }, (res) => {
      const look = setInterval(() => {
        complete = res.complete;
        if (complete) clearInterval(look);
      }, 1);
    }).end();
    time.busy('unread', { over: () => complete });
    await time.settle(sleep(time, 5, 'after'));
    expect(complete).toBe(true);
    server.closeAllConnections();
    server.close();
  });

  it('says so when nothing is left to happen and the answer never came', async () => {
    await expect(lab().settle(new Promise(() => undefined))).rejects.toThrow('Nothing is left to happen');
  });

  it('serves two waiters with one pump', async () => {
    const time = lab();
    const seen: string[] = [];
    time.setTimer(10, () => seen.push('ten'), 'a');
    time.setTimer(20, () => seen.push('twenty'), 'b');
    const [a, b] = await Promise.all([time.run(() => seen.length === 1), time.run(() => seen.length === 2)]);
    expect([a, b]).toEqual(['reached', 'reached']);
  });

  it('hands an error thrown by a timer to whoever waits', async () => {
    const time = lab();
    time.setTimer(
      1,
      () => {
        throw new Error('broken double');
      },
      'x',
    );
    await expect(time.run()).rejects.toThrow('broken double');
  });
});
