import { Pacer } from '../../lab/page-server/pacer';

/** A lab in which nothing happens but time. */
class QuietLab {
  #now = 0;
  readonly clock = { now: () => this.#now };
  async runFor(ms: number): Promise<void> {
    this.#now += ms;
  }
}

describe('the pace of the page', () => {
  let lab: QuietLab;
  let pacer: Pacer;
  beforeEach(() => {
    lab = new QuietLab();
    pacer = new Pacer(lab, () => undefined);
    pacer.start();
  });
  afterEach(() => pacer.stop());

  it('runs ahead for everybody who asked, each as far as they asked', async () => {
    const near = pacer.skip(() => lab.clock.now() >= 3_600_000, 86_400_000);
    const far = pacer.skip(() => false, 7_200_000);
    await near;
    expect(lab.clock.now()).toBeGreaterThanOrEqual(3_600_000);
    await far;
    expect(lab.clock.now()).toBeGreaterThanOrEqual(7_200_000);
  });

  it('lets nobody wait for a skip that a closing lab cannot end', async () => {
    const never = pacer.skip(() => false, Number.POSITIVE_INFINITY);
    await pacer.stop();
    await expect(never).resolves.toBeUndefined();
  });

  it('takes what people do between two steps', async () => {
    const at = await new Promise<number>((done) => pacer.input(() => done(lab.clock.now())));
    expect(at % 50).toBe(0);
  });
});
