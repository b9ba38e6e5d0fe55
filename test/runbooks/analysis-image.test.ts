import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const RUNBOOKS = resolve(__dirname, '../../runbooks');
const read = (file: string) => readFileSync(join(RUNBOOKS, file), 'utf8');
const toolsOf = (script: string) => /^for tool in ([^;]+); do$/m.exec(script)?.[1]?.split(' ');

describe('the analysis image', () => {
  test('is checked when it is built for every tool that the machine checks when it starts', () => {
    expect(toolsOf(read('image/provision.sh'))).toEqual(toolsOf(read('scripts/forensic-ready.sh')));
  });

  test('has the Volatility that the analysis is written for, by digest', () => {
    const pinned = /^PINNED=(\S+)$/m.exec(read('scripts/analyse-memory.sh'))?.[1];
    const requirements = read('image/volatility-requirements.txt')
      .split('\n')
      .filter((line) => /^[a-z]/.test(line));
    expect(requirements[0]).toContain(`volatility3==${pinned} `);
    for (const line of requirements) expect(line).toMatch(/^[a-z0-9]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}$/);
    expect(read('image/provision.sh')).toContain(`Volatility 3 Framework ${pinned}`);
    expect(read('image/build.md')).toContain(`Volatility 3 ${pinned}`);
  });

  test('is built by a script that a shell can read', () => {
    expect(spawnSync('bash', ['-n', join(RUNBOOKS, 'image/provision.sh')]).status).toBe(0);
  });
});
