import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const present = spawnSync('zizmor', ['--version']).status === 0;

describe('zizmor', () => {
  (present ? test : test.skip)('finds nothing in the workflows', () => {
    const run = spawnSync('zizmor', ['--offline', '--no-progress', '--format', 'plain', '.github'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(`${run.stdout}${run.status === 0 ? '' : run.stderr}`).toMatch(/No findings to report|^\s*$/);
    expect(run.status).toBe(0);
  });
});
