import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';

const ROOT = join(__dirname, '..', '..', '..');
export const CHROMIUM = '/usr/bin/chromium';
/** Synthesis, build and the first finding on a busy machine. */
const START_MS = 180_000;

export interface LabPage {
  readonly url: string;
  /** Milliseconds from the start of the process to the line that says the page is up. */
  readonly upAfterMs: number;
  open(hash: string, options?: BrowserContextOptions): Promise<Page>;
  /** Requests that any page made to another place than the lab. */
  readonly strays: readonly string[];
  /** `SIGKILL` gives the lab no time to write anything down. */
  close(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts `npm start`'s own command on a free port, waits until the first finding stands at its stop gate. */
export async function startLab(args: readonly string[] = [], port = 0): Promise<LabPage> {
  const startedAt = Date.now();
  const lab = spawn(process.execPath, ['bin/cordon.mjs', 'start', ...assembly(), ...args], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [url, upAfterMs] = await stands(lab, startedAt);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const strays: string[] = [];
  return {
    url,
    upAfterMs,
    strays,
    open: (hash, options = {}) => openPage(browser, url, hash, options, strays),
    async close(signal = 'SIGTERM') {
      await browser.close();
      if (lab.exitCode !== null || lab.signalCode !== null) return;
      const ended = new Promise((resolve) => lab.once('exit', resolve));
      lab.kill(signal);
      await ended;
    },
  };
}

/** An assembly that was made before, where the caller has one. */
function assembly(): readonly string[] {
  const folder = process.env.CORDON_ASSEMBLY;
  return folder === undefined ? [] : ['--assembly', folder];
}

/** The lab's address and after how long it was up, once the first finding has been played. @throws Error with what a lab said that ended */
async function stands(lab: ChildProcess, startedAt: number): Promise<readonly [string, number]> {
  let text = '';
  lab.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  const said = (pattern: RegExp) =>
    new Promise<string>((resolve) => {
      lab.stdout?.on('data', () => {
        const found = pattern.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
  lab.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  // `exit` and not `close`: a process of its own that outlives it would hold the pipes open.
  const ended = new Promise<never>((_, reject) => {
    lab.once('exit', (code) => reject(new Error(`The lab ended (${code}): ${text}`)));
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The lab does not come up: ${text}`)), START_MS);
  });
  const up = said(/Cordon's lab: (\S+)/).then((url) => [url, Date.now() - startedAt] as const);
  const played = said(/The lab goes on at (\S+)/);
  try {
    return await Promise.race([played.then(() => up), ended, late]);
  } catch (error) {
    lab.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
    ended.catch(() => undefined);
  }
}

async function openPage(
  browser: Browser,
  url: string,
  hash: string,
  options: BrowserContextOptions,
  strays: string[],
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  page.on('request', (request) => {
    const target = request.url();
    if (!target.startsWith(url) && !target.startsWith('data:')) strays.push(target);
  });
  await page.goto(`${url}${hash}`);
  await page.getByRole('heading', { name: /Cordon/ }).waitFor();
  return page;
}

/** Chooses whom one plays. */
export async function become(page: Page, name: string): Promise<void> {
  const select = page.getByLabel('Act as');
  const value = await select.locator('option', { hasText: name }).first().getAttribute('value');
  await select.selectOption(value);
}

/** Sends that from the message box, to the channel or the open thread. */
export async function say(page: Page, words: string): Promise<void> {
  await page.getByRole('combobox', { name: /Message|Reply/ }).fill(words);
  await page.keyboard.press('Enter');
}

/** The instance that the open thread is about: its card names it first. */
export async function instanceIn(page: Page): Promise<string> {
  const text = await page.getByRole('log').textContent();
  return /\bi-[0-9a-f]{17}\b/.exec(text ?? '')?.[0] ?? '';
}

/** Presses the newest button of that name in the thread, and fills in whatever form opens. */
export async function decide(page: Page, button: string, reason: string): Promise<void> {
  const instance = await instanceIn(page);
  await page.getByRole('log').getByRole('button', { name: button }).last().click();
  const form = page.getByRole('dialog');
  // The form opens as a skeleton and is filled: it is whole when it can be sent.
  await form.locator('button[type=submit]').waitFor();
  for (const input of await form.getByRole('textbox').all()) {
    const id = await input.getAttribute('name');
    await input.fill(id === 'confirm' ? instance.slice(-4) : reason);
  }
  await form.locator('button[type=submit]').click();
  await closeAnswer(page);
}

/** A form that was accepted is gone or says so: then it has nothing left to send, and is closed. */
async function closeAnswer(page: Page): Promise<void> {
  const form = page.getByRole('dialog');
  await form.locator('button[type=submit]').waitFor({ state: 'detached' });
  if ((await form.count()) > 0) await form.locator('footer button').first().click();
  await form.waitFor({ state: 'detached' });
}

/** Launches an attack of the console, by its title. */
export async function launch(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: 'Attacks' }).click();
  await page.getByRole('button', { name: `Launch ${title}` }).click();
}

/** Opens incident and thread of the newest card of that finding type. */
export async function openThread(page: Page, type: string): Promise<void> {
  const option = page.getByLabel('Incident', { exact: true }).locator('option', { hasText: type }).last();
  await option.waitFor({ state: 'attached' });
  await page.getByLabel('Incident', { exact: true }).selectOption(await option.getAttribute('value'));
  await page.getByRole('button', { name: /# incidents/ }).click();
  const card = page.getByRole('article').filter({ hasText: type }).last();
  await card.getByRole('button', { name: /thread/ }).click();
  await page.getByRole('link', { name: 'Workflow' }).click();
}

/** Skips from one change to the next until something is there to see. */
export async function skipUntil(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 10 && !(await wanted.isVisible()); presses += 1) {
    await page.getByRole('button', { name: 'Skip ahead', exact: true }).first().click();
    await page.waitForTimeout(500);
  }
  await wanted.waitFor();
}
