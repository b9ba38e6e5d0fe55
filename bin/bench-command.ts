import type { CommandIo } from './io';

type Measure = object;

/** Each bench compares within one run, on one machine, and yields ratios: figures of two machines are never compared. */
const BENCHES: Readonly<Record<string, () => Promise<readonly Measure[]>>> = {
  ack: async () => (await import('../test/bench/slack-start.bench')).slackStartBench(),
  isolation: async () => (await import('../test/bench/isolation.bench')).isolationBench(),
  timeline: async () => (await import('../test/bench/timeline.bench')).timelineBench(),
};

/** `cordon bench [NAME…]`: one JSON line per measure on stdout. */
export async function benchCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const unknown = argv.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) {
    io.stderr.write(`cordon bench: there is no bench "${unknown}". Benches: ${Object.keys(BENCHES).join(', ')}.\n`);
    return 2;
  }
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (argv.length > 0 && !argv.includes(name)) continue;
    for (const measure of await bench()) io.stdout.write(`${JSON.stringify({ bench: name, ...measure })}\n`);
  }
  return 0;
}
