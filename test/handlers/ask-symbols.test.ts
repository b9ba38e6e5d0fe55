import { sha256 } from '../../core/incident/ids';
import { makeAskSymbols } from '../../handlers/ask-symbols';
import { makeKeepMemoryResults } from '../../handlers/keep-memory-results';
import { missingSymbols } from '../../handlers/missing-symbols';
import { makePublish } from '../../handlers/publish';
import { IR } from '../support/books';
import { MemoryMessages } from '../support/chat/stores';
import { controlPlane } from '../support/control-plane-desk';
import { MemoryVault } from './memory-vault';

const BANNER =
  'Linux version 6.1.0-18-cloud-amd64 (debian-kernel@lists.debian.org) (gcc-12 12.2.0) #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)';
const KERNEL = '6.1.0-18-cloud-amd64';
const STEP = 'Ask for the symbols';

async function vaultSaying(facts: string): Promise<MemoryVault> {
  const vault = new MemoryVault();
  vault.write(`incidents/${IR}/derived/memory/_symbols.tsv`, Buffer.from(facts));
  return vault;
}

async function asking(facts = `${BANNER}\tabsent\n`) {
  const plane = controlPlane();
  const vault = await vaultSaying(facts);
  await plane.story.opened();
  const step = makeAskSymbols({ ...plane, vault });
  return { plane, ask: () => step({ incident: IR, run: 1, step: STEP, token: 'the token' }) };
}

const news = (kernel = KERNEL) => ({
  source: 'cordon.github',
  'detail-type': 'Symbols ready',
  detail: { incident: IR, kernel, sha256: sha256('symbols') },
});

/** The step that keeps the first results, for a machine whose forensic instance is gone. */
async function keeping(symbolFactory: boolean) {
  const plane = controlPlane();
  const vault = await vaultSaying(`${BANNER}\tabsent\n`);
  vault.write(`incidents/${IR}/derived/memory/linux.pslist.json`, Buffer.from('Unsatisfied requirement'));
  await plane.story.opened();
  const captured = { type: 'MemoryCaptured', bytes: 1, hostClaim: '', tool: 'avml' } as const;
  await plane.story.does({ type: 'Record', events: [captured] });
  const gone = { host: { find: async () => undefined }, commands: {}, home: { account: '', region: '' } };
  const keep = makeKeepMemoryResults({ ...plane, vault, ...gone } as never);
  return keep({ incident: IR, run: 1, step: 'Keep the memory results', symbolFactory });
}

describe('a kernel without symbols', () => {
  it('is said with the results: the workflow goes on to ask where there is a factory, a person is told where there is none', async () => {
    const [on, off] = [await keeping(true), await keeping(false)];
    expect(on.symbols).toBe('ask');
    expect(on.said).toContain(`No symbols for kernel ${KERNEL}: the symbol factory is asked`);
    expect(off.symbols).toBe('none');
    expect(off.said).toContain(`No symbols for kernel ${KERNEL}: make them (runbooks/operator.md`);
  });

  it('is asked of the factory through publish, once, with the banner and the incident', async () => {
    const { plane, ask } = await asking();
    await ask();
    const dispatched: unknown[] = [];
    const publish = makePublish({
      ...plane,
      messages: new MemoryMessages(),
      clock: plane.story.clock,
      repository: {
        dispatch: async (type, payload) => {
          dispatched.push([type, payload]);
        },
        file: async () => undefined,
        propose: async () => ({ url: '', number: 0 }),
      },
    });
    await publish(IR);
    await publish(IR);
    expect(dispatched).toEqual([['symbols', { incident: IR, banner: BANNER }]]);
  });

  it('is waited for until the factory answers, and news of another kernel ends nothing', async () => {
    const { plane, ask } = await asking();
    await ask();
    await plane.resume(news('5.10.0-1-amd64'));
    await plane.conduct(IR);
    expect(plane.engine.answers).toEqual([]);
    await plane.resume(news());
    await plane.conduct(IR);
    expect(plane.engine.answers).toHaveLength(1);
    expect((await plane.story.incident()).symbols).toMatchObject({
      kernel: KERNEL,
      state: 'made',
      sha256: sha256('symbols'),
    });
  });

  it('is not waited for beyond its hour: the thread says so and the run goes on; news that comes then is told', async () => {
    const { plane, ask } = await asking();
    await ask();
    plane.story.clock.minutes(76);
    await plane.reconcile();
    expect(plane.engine.answers).toHaveLength(1);
    expect((await plane.story.incident()).symbols?.state).toBe('late');
    await plane.resume(news());
    expect((await plane.story.incident()).noticed.map(({ text }) => text)).toEqual([
      `Symbols of kernel ${KERNEL} are there now: /ir forensics retry reads the memory with them.`,
    ]);
  });

  it('is not asked for when the symbols were there, or when nobody could make them', async () => {
    for (const facts of [
      `${BANNER}\tpresent\n`,
      'Linux version 6.9.0-custom (me@here) #1 SMP\tabsent\n',
      'no banner found\tabsent\n',
    ]) {
      const { plane, ask } = await asking(facts);
      await expect(ask()).rejects.toThrow('nothing to wait for');
      expect(await plane.story.events()).not.toContain('SymbolsAsked');
    }
  });

  it('says why the factory cannot help, and takes no banner that holds more than print', async () => {
    expect(
      await missingSymbols(await vaultSaying('Linux version 6.9.0-custom (me@here) #1 SMP\tabsent'), IR),
    ).toMatchObject({
      why: expect.stringContaining('make its symbols by hand'),
    });
    expect(await missingSymbols(await vaultSaying(`${BANNER}\u0007<!channel>\tabsent`), IR)).toEqual({
      banner: '',
      why: 'the image holds no banner that could be read',
    });
  });
});
