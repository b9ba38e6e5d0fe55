import type { Page } from 'playwright-core';
import { decide, describeWithChromium, type LabPage, startLab } from './lab-page';

/** A newcomer reads a step for this long before doing anything. */
const READ_MS = 3000;

describeWithChromium('the guided tour', () => {
  let lab: LabPage;
  beforeAll(async () => {
    lab = await startLab();
  }, 400_000);
  afterAll(() => lab?.close());

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
    expect(personMs).toBeLessThan(120_000);
  }, 400_000);

  test('resumes at the step a link names', async () => {
    const page = await lab.open('#/evidence?tour=5');
    await step(page, 5).waitFor();
    await step(page, 5).getByRole('button', { name: 'Leave the tour' }).click();
    await expect(page.getByRole('region', { name: /^Tour/ }).count()).resolves.toBe(0);
  });
});
