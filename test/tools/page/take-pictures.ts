import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { become, decide, type LabPage, openThread, startLab } from './lab-page';

/** `npm run pictures`: takes every picture of docs/page and the recording of the tour again. Needs Chromium and ffmpeg. */
const DOCS = join(__dirname, '..', '..', '..', 'docs', 'page');
const PHONE = { width: 390, height: 844 };
const WHY = 'The evidence is sealed: stop it';

/** In 128 colours: a third of the bytes, and nobody sees it. */
async function taken(page: Page, name: string): Promise<void> {
  const whole = join(tmpdir(), `cordon-picture-${process.pid}.png`);
  await page.screenshot({ path: whole });
  const filter = 'split[a][b];[a]palettegen=max_colors=128[p];[b][p]paletteuse=dither=none';
  ffmpeg('-i', whole, '-vf', filter, join(DOCS, `${name}.png`));
  rmSync(whole);
}

/** @throws Error with what ffmpeg said */
function ffmpeg(...argv: readonly string[]): void {
  const made = spawnSync('ffmpeg', ['-v', 'error', '-y', ...argv]);
  if (made.status !== 0) throw new Error(`ffmpeg made no picture: ${made.error?.message ?? String(made.stderr)}`);
}

/** Frames of a recording, each shown for its own time. */
class Recording {
  private readonly folder = mkdtempSync(join(tmpdir(), 'cordon-recording-'));
  private readonly frames: string[] = [];

  /** Shows what the page shows now for so many seconds. */
  async show(page: Page, seconds: number): Promise<void> {
    const file = join(this.folder, `${this.frames.length}.png`);
    await page.screenshot({ path: file });
    this.frames.push(`file '${file}'\nduration ${seconds}\n`);
  }

  /** Shows what happens until `until` resolves, half a second apart. */
  async follow(page: Page, until: Promise<unknown>): Promise<void> {
    let over = false;
    const ended = until.finally(() => {
      over = true;
    });
    while (!over) {
      await this.show(page, 0.5);
      await Promise.race([ended, page.waitForTimeout(500)]);
    }
    await ended;
  }

  write(file: string): void {
    const list = join(this.folder, 'frames.txt');
    writeFileSync(list, this.frames.join(''));
    const filter =
      'fps=4,scale=960:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=64:stats_mode=diff[p];[b][p]paletteuse=dither=none:diff_mode=rectangle';
    ffmpeg('-f', 'concat', '-safe', '0', '-i', list, '-vf', filter, file);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The tour as a newcomer walks it, with a picture where there is something to see. */
async function walkTour(page: Page, recording: Recording): Promise<void> {
  const press = (name: string) => page.getByRole('region', { name: /^Tour/ }).getByRole('button', { name }).click();
  const done = (number: number) =>
    page
      .getByRole('region', { name: `Tour, step ${number} of 7` })
      .getByText('done', { exact: true })
      .waitFor();
  const next = async () => {
    await recording.show(page, 2);
    await press('Next');
    await page.waitForTimeout(400);
    await recording.show(page, 2);
  };
  await page.getByRole('button', { name: 'Tour' }).click();
  await recording.show(page, 3);
  await press('Launch the attack');
  await recording.follow(page, done(1));
  await next();
  await recording.follow(page, done(2));
  await page.getByText('replacement').first().waitFor();
  await pictured(page, 'estate');
  await next();
  await press('Be Carol');
  await recording.show(page, 1);
  await decide(page, 'Approve', 'The role’s keys may be out');
  await recording.follow(page, done(3));
  await next();
  await press('Open it for me');
  await page.getByText('allowed').first().waitFor();
  await next();
  await press('Skip ahead');
  await recording.follow(page, done(5));
  await page.getByRole('button', { name: 'Verify every hash here' }).click();
  await recording.follow(page, page.getByText(/artefacts are what their hashes say/).waitFor());
  await taken(page, 'evidence');
  await next();
  await press('Be Carol');
  await decide(page, 'Approve', WHY);
  await page
    .getByText(/, for 1 of Dave Moreau/)
    .first()
    .waitFor();
  await page.getByRole('log').getByText(`: ${WHY}`).first().waitFor();
  await taken(page, 'four-eyes');
  await recording.show(page, 2);
  await press('Be Dave');
  await decide(page, 'Approve', WHY);
  await press('Skip ahead');
  await recording.follow(page, done(6));
  await next();
  await page.getByText('unbroken').waitFor();
  await taken(page, 'ledger');
  await recording.show(page, 3);
  await press('See the pull request');
  await page.waitForTimeout(400);
  await recording.show(page, 3);
  await press('Finish');
}

/** In light, and in dark beside it. */
async function pictured(page: Page, name: string): Promise<void> {
  await taken(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await taken(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** What the first incident shows while it waits for a stop. */
async function walkIncident(page: Page, lab: LabPage): Promise<void> {
  const incident = await page.getByLabel('Incident', { exact: true }).inputValue();
  await page.goto(`${lab.url}#/attacks`);
  await page.waitForTimeout(500);
  await taken(page, 'attacks');
  await page.goto(`${lab.url}#/workflow/${incident}/Isolate%20the%20instance`);
  await page.getByText('allowed').first().waitFor();
  await taken(page, 'workflow');
  await openThread(page, 'BitcoinTool');
  await become(page, 'Carol');
  await page.getByRole('log').getByRole('button', { name: 'Approve' }).last().click();
  await page.getByRole('dialog').locator('button[type=submit]').waitFor();
  await taken(page, 'modal');
  await page.getByRole('dialog').getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: 'Home' }).click();
  await page.getByText('Running now').waitFor();
  await taken(page, 'home');
  await page.setViewportSize(PHONE);
  await page.goto(`${lab.url}#/slack`);
  await page.getByRole('log').getByText('BitcoinTool').first().waitFor();
  await taken(page, 'phone');
}

async function takePictures(): Promise<void> {
  const lab = await startLab();
  try {
    const recording = new Recording();
    const still = { reducedMotion: 'reduce' } as const;
    const page = await lab.open('#/workflow', still);
    await page.getByRole('log').getByText('BitcoinTool').first().waitFor();
    await walkIncident(page, lab);
    await walkTour(await lab.open('#/workflow', still), recording);
    recording.write(join(DOCS, 'tour.gif'));
  } finally {
    await lab.close();
  }
}

takePictures().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
