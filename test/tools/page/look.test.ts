import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describeWithChromium, type LabPage, launch, startLab } from './lab-page';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const VIEWS = ['workflow', 'estate', 'evidence', 'github', 'attacks'];
/** What else covers a view: Home, and the tour. */
const OVER = ['workflow?thread=home', 'attacks?tour=1'];

describeWithChromium('the look of the page', () => {
  let lab: LabPage;
  beforeAll(async () => {
    lab = await startLab();
  }, 400_000);
  afterAll(() => lab?.close());

  const seriousViolations = async (page: Page) => {
    await page.evaluate(AXE);
    const found: { id: string; impact: string; nodes: { target: string[] }[] }[] = await page.evaluate(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
    );
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).slice(0, 3)}`);
  };

  test('paints within a second, lays nothing aside and asks nobody else', async () => {
    const page = await lab.open('#/workflow');
    const paint = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime");
    expect(Number(paint)).toBeLessThan(1000);
    await page.getByRole('log').getByText('BitcoinTool').first().waitFor();
    await page.reload();
    await page.getByRole('log').getByText('BitcoinTool').first().waitFor();
    expect(lab.strays).toEqual([]);
  }, 120_000);

  test.each([...VIEWS, ...OVER].flatMap((view) => [[view, 'light'] as const, [view, 'dark'] as const]))(
    'axe finds nothing serious in %s, %s',
    async (view, colorScheme) => {
      const page = await lab.open(`#/${view}`, { colorScheme, reducedMotion: 'reduce' });
      await page.getByLabel('Incident').locator('option', { hasText: 'BitcoinTool' }).waitFor({ state: 'attached' });
      expect(await seriousViolations(page)).toEqual([]);
      await page.context().close();
    },
    120_000,
  );

  test('every view fits a phone', async () => {
    for (const view of ['slack', ...VIEWS]) {
      const page = await lab.open(`#/${view}`, { viewport: { width: 390, height: 844 } });
      const over = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      expect({ view, over }).toEqual({ view, over: 0 });
      await page.context().close();
    }
  }, 120_000);

  test('every attack opens a card that names what GuardDuty reported', async () => {
    const page = await lab.open('#/attacks');
    const attacks = [
      ['Exfiltration over DNS', 'DNSDataExfiltration'],
      ['Backdoor', 'C&CActivity'],
      ['SSH brute force', 'SSHBruteForce'],
      ['Container escape', 'ContainerMountsHostDirectory'],
      ['Credential theft', 'InstanceCredentialExfiltration'],
    ] as const;
    for (const [title, type] of attacks) {
      await launch(page, title);
      await page.getByRole('log').getByText(type).first().waitFor();
    }
  }, 400_000);

  test('a burst of fifty opens fifty incidents, and the caps ask before isolating more', async () => {
    const page = await lab.open('#/attacks');
    const incidents = page.getByLabel('Incident').locator('option');
    const before = await incidents.count();
    await launch(page, 'Burst of 50');
    await incidents.nth(before + 49).waitFor({ state: 'attached', timeout: 600_000 });
    await page.getByRole('log').getByText('Isolate the instance?').first().waitFor();
  }, 700_000);

  test('a hostile finding makes no mention, link or markup', async () => {
    const page = await lab.open('#/attacks');
    await launch(page, 'Hostile finding');
    const card = page.getByRole('article').filter({ hasText: 'i-a07e6d27c2716d0dd' }).first();
    await card.waitFor();
    const links = await card
      .getByRole('link')
      .evaluateAll((all) => all.map((link) => String(Reflect.get(link, 'href'))));
    expect(links.filter((href) => !href.startsWith('https://eu-west-1.console.aws.amazon.com/'))).toEqual([]);
    await expect(card.locator('script, img').count()).resolves.toBe(0);
  }, 120_000);
});
