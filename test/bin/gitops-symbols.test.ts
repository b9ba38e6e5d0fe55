import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { symbolsEvent, writeSymbolPlan } from '../../bin/gitops-symbols';

const BANNER = 'Linux version 6.1.0-18-amd64 (x) (gcc) #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)';
const DIGEST = 'a'.repeat(64);

describe('the symbol factory', () => {
  test('plans lines that the script reads word by word', () => {
    const file = writeSymbolPlan(BANNER, mkdtempSync(join(tmpdir(), 'cordon-symbols-')));
    for (const line of readFileSync(file, 'utf8').trim().split('\n'))
      expect(line).toMatch(/^address https:\/\/[\w./+~%-]+$/);
  });

  test('tells the incident that asked, and nobody when none did', () => {
    expect(symbolsEvent(BANNER, 'IR-7VGBVPT6', DIGEST)).toEqual({
      incident: 'IR-7VGBVPT6',
      kernel: '6.1.0-18-amd64',
      sha256: DIGEST,
    });
    expect(symbolsEvent(BANNER, '', DIGEST)).toBeUndefined();
    expect(symbolsEvent(BANNER, 'IR-7VGBVPT6', 'not a digest')).toBeUndefined();
  });

  const hasShellcheck = spawnSync('shellcheck', ['--version']).error === undefined;
  (hasShellcheck ? test : test.skip)('has a script with nothing for shellcheck to say', () => {
    const script = resolve(__dirname, '../../runbooks/symbols/symbols.sh');
    expect(spawnSync('shellcheck', [script], { encoding: 'utf8' }).stdout).toBe('');
  });
});
