import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { renderReport } from '../../../../core/analysis/outputs/report';
import { shell } from '../../../support/disk-image';
import { testWith } from '../../../support/sleuth-kit';
import { summarySaying } from '../../../support/summaries';

testWith(['chromium'])(
  'Chromium opens the report, light and dark, without a console message, asks for nothing but the page, and the keyboard opens a finding',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-report-'));
    const executablePath = shell('sh', ['-c', 'command -v chromium']).trim();
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const address = `file://${join(folder, 'report.html')}`;
      writeFileSync(
        join(folder, 'report.html'),
        renderReport(summarySaying('"><img src=https://evil.test/x onerror=alert(1)>')),
      );
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await (await browser.newContext({ colorScheme })).newPage();
        const [said, asked]: [string[], string[]] = [[], []];
        page.on('console', (message) => said.push(message.text()));
        page.on('pageerror', (error) => said.push(String(error)));
        page.on('request', (request) => asked.push(request.url()));
        await page.goto(address);
        const finding = page.locator('details').first();
        await finding.locator('summary').focus();
        await page.keyboard.press('Enter');
        expect(await finding.getAttribute('open')).not.toBeNull();
        expect(await page.locator('h2').last().textContent()).toContain('Custody and hashes');
        expect([said, asked]).toEqual([[], [address]]);
      }
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
