import { existsSync } from 'node:fs';
import { CHROMIUM } from './lab-page';

/** `describe`, or a skip that says what is missing. */
export const describeWithChromium = existsSync(CHROMIUM)
  ? describe
  : (name: string, body: () => void) => describe.skip(`${name} (skipped: there is no ${CHROMIUM})`, body);
