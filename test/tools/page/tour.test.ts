import { createServer } from 'node:net';
import type { Page } from 'playwright-core';
import { become, decide, type LabPage, say, startLab } from './lab-page';
import { describeWithChromium } from './with-chromium';

/** A newcomer reads a step for this long before doing anything. */
const READ_MS = 3000;

describeWithChromium('the guided tour', () => {
  let lab: LabPage;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    lab = await startLab([], port);
  }, 400_000);
  // A lab that is ended lets a workflow that runs come to its end.
  afterAll(() => lab?.close(), 300_000);

  const step = (page: Page, number: number) => page.getByRole('region', { name: `Tour, step ${number} of 7` });
  const press = async (page: Page, name: string) => {
    await page.waitForTimeout(READ_MS);
    await page.getByRole('region', { name: /^Tour/ }).getByRole('button', { name }).click();
  };
  const done = (page: Page, number: number) => step(page, number).getByText('done', { exact: true }).waitFor();

  test('leads from an attack to a closed incident within two minutes of a person’s time', async () => {
    const page = await lab.open('#/workflow');
    const startedAt = Date.now();
    let machineMs = 0;
    const waiting = async (work: Promise<unknown>) => {
      const from = Date.now();
      await work;
      machineMs += Date.now() - from;
    };
    await page.getByRole('button', { name: 'Tour' }).click();
    await press(page, 'Launch the attack');
    await waiting(done(page, 1));
    await press(page, 'Next');
    await waiting(done(page, 2));
    await press(page, 'Next');
    await press(page, 'Be Carol');
    await waiting(
      page
        .getByRole('log')
        .getByRole('button', { name: /Approve/ })
        .last()
        .waitFor(),
    );
    await decide(page, 'Approve', 'The role’s keys may be out');
    await waiting(done(page, 3));
    await press(page, 'Next');
    await press(page, 'Open it for me');
    await waiting(page.getByText('allowed').first().waitFor());
    await press(page, 'Next');
    await press(page, 'Skip ahead');
    await waiting(done(page, 5));
    await press(page, 'Next');
    for (const person of ['Carol', 'Dave']) {
      await press(page, `Be ${person}`);
      await decide(page, 'Approve', 'The evidence is sealed');
    }
    await press(page, 'Skip ahead');
    await waiting(done(page, 6));
    await press(page, 'Next');
    await waiting(page.getByText('unbroken').waitFor());
    const personMs = Date.now() - startedAt - machineMs;
    process.stderr.write(
      `The tour took ${Math.round(personMs / 1000)} s of a person's time, and ${Math.round(machineMs / 1000)} s of waiting.\n`,
    );
    expect(personMs).toBeLessThan(120_000);
  }, 400_000);

  test('shows a proposal of the chat as a pull request, and follows it to deployed when it is merged and a reviewer lets it', async () => {
    const page = await lab.open('#/github');
    await become(page, 'Dave');
    await say(page, '/ir protect i-0123456789abcdef0 --reason "It signs our releases"');
    const pull = page
      .getByRole('region', { name: 'Pull requests' })
      .locator('details', { hasText: 'Protect i-0123456789abcdef0' });
    await pull.locator('summary').click();
    await pull.getByRole('button', { name: 'Merge pull request' }).click();
    await pull.getByText('merged', { exact: true }).waitFor();
    // Checks and deploy are our own workflow files, really run: on a busy machine they take their time.
    const review = page.getByRole('region', { name: 'Review of production' });
    await become(page, 'Bob');
    await review.getByRole('button', { name: /Approve/ }).click({ timeout: 300_000 });
    await page.getByText('Bob Okafor is no reviewer of environment production.').waitFor();
    await become(page, 'Dave');
    await review.getByRole('button', { name: /Approve/ }).click();
    const runs = page.getByRole('region', { name: 'Workflow runs' });
    await runs.getByRole('button', { name: /deploy\.yml success/ }).click({ timeout: 300_000 });
    await runs.getByText('policy check').first().waitFor();
    await page
      .getByRole('article')
      .filter({ hasText: 'BitcoinTool' })
      .first()
      .getByRole('button', { name: /thread/ })
      .click();
    await page
      .getByRole('log')
      .getByText(/Merged and deployed/)
      .waitFor();
  }, 400_000);

  test('keeps everything over a lab that is killed: the same incidents under the same seal', async () => {
    const seal = async () => {
      const page = await lab.open('#/evidence');
      const incident = page
        .getByLabel('Incident', { exact: true })
        .locator('option', { hasText: 'DNSDataExfiltration' });
      await incident.waitFor({ state: 'attached' });
      await page.getByLabel('Incident', { exact: true }).selectOption(await incident.getAttribute('value'));
      const sealed = await page.getByText(/finally sealed/).textContent();
      await page.getByRole('link', { name: 'GitHub' }).click();
      await page.getByText('Protect i-0123456789abcdef0').first().waitFor();
      await page.getByRole('button', { name: /deploy\.yml success/ }).waitFor({ timeout: 300_000 });
      return sealed;
    };
    const before = await seal();
    await lab.close('SIGKILL');
    lab = await startLab(['--keep'], port);
    expect(await seal()).toBe(before);
    expect(lab.strays).toEqual([]);
  }, 600_000);

  test('resumes at the step a link names', async () => {
    const page = await lab.open('#/evidence?tour=5');
    await step(page, 5).waitFor();
    await step(page, 5).getByRole('button', { name: 'Leave the tour' }).click();
    await expect(page.getByRole('region', { name: /^Tour/ }).count()).resolves.toBe(0);
  });
});

/** A port nobody listens on: what a lab keeps, it keeps by port. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
