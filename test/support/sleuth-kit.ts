import { spawnSync } from 'node:child_process';

/** Whether a program can be run here. */
export function installed(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** `test` where every program is installed, otherwise a skipped test whose title says what is missing. */
export function testWith(programs: readonly string[]): (title: string, run: () => unknown) => void {
  const missing = programs.filter((program) => !installed(program));
  if (missing.length === 0) return (title, run) => test(title, run as () => void);
  return (title) => test.skip(`${title} [skipped: ${missing.join(', ')} not installed]`, () => {});
}
