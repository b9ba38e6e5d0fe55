import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { become, decide, type LabPage, launch, openThread, skipUntil, startLab } from './lab-page';
import { describeWithChromium } from './with-chromium';

/** A finding as a team might paste it: another account, another instance. */
function theirFinding(): string {
  const folder = join(__dirname, '..', '..', '..', 'lab', 'scenarios', 'findings');
  const event: { detail: { id: string; resource: { instanceDetails: { instanceId: string } } } } = JSON.parse(
    readFileSync(join(folder, 'dns-exfiltration.json'), 'utf8').replaceAll('111122223333', '444455556666'),
  );
  const { detail } = event;
  return JSON.stringify(event)
    .replaceAll(detail.resource.instanceDetails.instanceId, 'i-0feedfacefeedface')
    .replaceAll(detail.id, 'feed'.repeat(8))
    .replaceAll('web-asg', 'their-asg');
}

describeWithChromium('the Slack side', () => {
  let lab: LabPage;
  let page: Page;
  beforeAll(async () => {
    lab = await startLab();
    page = await lab.open('#/workflow');
  }, 400_000);
  // A lab that is ended lets a workflow that runs come to its end.
  afterAll(() => lab?.close(), 300_000);

  const stopped = (one: Page) => one.getByText(/Closed as stopped/).last();

  test('stops an instance only when two different persons approve', async () => {
    await openThread(page, 'BitcoinTool');
    // Who leads the response ends it, and has no voice in what needs approvers.
    await become(page, 'Lena Novak: lead');
    await page.getByRole('log').getByRole('button', { name: 'Approve' }).last().click();
    const refused = page.getByRole('dialog');
    await refused.getByText(/lena is lead, and .* needs role approver/).waitFor();
    await refused.getByRole('button', { name: 'Close' }).click();
    await refused.waitFor({ state: 'detached' });
    await become(page, 'Carol');
    await decide(page, 'Approve', 'Evidence is sealed');
    await page
      .getByText(/1 of 2/)
      .first()
      .waitFor();
    await expect(stopped(page).count()).resolves.toBe(0);
    await become(page, 'Dave');
    await decide(page, 'Approve', 'I agree');
    await stopped(page).waitFor();
  }, 200_000);

  test('pauses at the next gate and goes on when resumed', async () => {
    await become(page, 'Alice');
    await launch(page, 'Backdoor');
    await openThread(page, 'C&CActivity');
    await page
      .getByRole('textbox', { name: /Reply/ })
      .or(page.getByRole('combobox', { name: /Reply/ }))
      .first()
      .fill('@cordon forensics pause');
    await page.keyboard.press('Enter');
    await page.getByText(/^Paused: the running step finishes/).waitFor();
    await page.getByRole('combobox', { name: /Reply/ }).fill('@cordon forensics resume');
    await page.keyboard.press('Enter');
    await page.getByText(/^Paused: the running step finishes/).waitFor({ state: 'detached' });
  }, 200_000);

  test('an outage of Slack delays the card and not the containment', async () => {
    await page.getByRole('link', { name: 'Attacks' }).click();
    await page.getByRole('button', { name: 'Slack is down' }).click();
    await launch(page, 'SSH brute force');
    const options = page.getByLabel('Incident', { exact: true }).locator('option', { hasText: 'SSHBruteForce' });
    await options.waitFor({ state: 'attached' });
    await page.getByLabel('Incident', { exact: true }).selectOption(await options.getAttribute('value'));
    await page.getByRole('link', { name: 'Estate' }).click();
    await page.getByText('cut off').first().waitFor();
    await expect(page.getByRole('log').getByText('SSHBruteForce').count()).resolves.toBe(0);
    await page.getByRole('link', { name: 'Attacks' }).click();
    await page.getByRole('button', { name: 'Slack is well' }).click();
    await page.getByRole('button', { name: /# incidents/ }).click();
    // The queue redelivers after its visibility timeout: minutes of lab time, which nobody has to sit through.
    await skipUntil(page, page.getByRole('log').getByText('SSHBruteForce').first());
  }, 200_000);

  test('a rate limit delays the card, and nothing is lost', async () => {
    await page.getByRole('link', { name: 'Attacks' }).click();
    await page.getByRole('button', { name: 'Slack limits the rate' }).click();
    await launch(page, 'Container escape');
    const options = page
      .getByLabel('Incident', { exact: true })
      .locator('option', { hasText: 'ContainerMountsHostDirectory' });
    await options.waitFor({ state: 'attached' });
    await expect(page.getByRole('log').getByText('ContainerMountsHostDirectory').count()).resolves.toBe(0);
    await page.getByRole('button', { name: 'Slack is well' }).click();
    const card = page.getByRole('log').getByText('ContainerMountsHostDirectory').first();
    await skipUntil(page, card);
  }, 200_000);

  test('Home shows what waits for whom, and opens an incident', async () => {
    await become(page, 'Carol');
    await page.getByRole('button', { name: 'Home' }).click();
    const side = page.getByRole('region', { name: 'Slack' });
    await side.getByText('Awaiting your decision').waitFor();
    await side.getByText('Running now').waitFor();
    await side.getByRole('button', { name: /Show/ }).first().click();
    // A click in a view cannot answer in a channel, so the incident opens as a form with nothing to send.
    const opened = page.getByRole('dialog');
    await opened
      .getByText(/IR-[A-Z2-7]{8}/)
      .first()
      .waitFor();
    await opened.getByRole('button', { name: 'Close' }).last().click();
    await opened.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /# incidents/ }).click();
  }, 200_000);

  test('a pasted finding is refused in one sentence, or becomes a card in the lab’s own account', async () => {
    await page.getByRole('link', { name: 'Attacks' }).click();
    const box = page.getByRole('textbox', { name: /EventBridge event/ });
    const send = page.getByRole('button', { name: 'Send the finding' });
    for (const [text, said] of [
      ['not JSON', /not JSON/],
      ['{"source":"aws.guardduty","detail":{}}', /^Not a GuardDuty finding event: event field id/],
    ] as const) {
      await box.fill(text);
      await send.click();
      await page.getByRole('alert').getByText(said).waitFor();
    }
    await box.fill(theirFinding());
    await send.click();
    await page.getByRole('log').getByText('i-0feedfacefeedface').first().waitFor();
    await expect(page.getByRole('alert').count()).resolves.toBe(0);
  }, 200_000);

  test('a guest is answered in private and changes nothing', async () => {
    await become(page, 'Gail');
    await page.getByRole('combobox', { name: /Message/ }).fill('/ir halt');
    await page.keyboard.press('Enter');
    await page.getByLabel('Only visible to you').first().waitFor();
  }, 200_000);

  test('works from the keyboard alone', async () => {
    await become(page, 'Alice');
    await page.keyboard.press('Tab');
    for (let presses = 0; presses < 80; presses += 1) {
      const role = await page.evaluate("document.activeElement?.getAttribute('role')");
      if (role === 'combobox') break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.type('/ir who');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByLabel('Only visible to you').getByText(/Alice/).first().waitFor();
  }, 200_000);
});
