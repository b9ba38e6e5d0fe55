import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { DOCUMENTS } from '../../core/collect/documents';
import { readSsmDocument } from '../../core/collect/ssm-document';

const RUNBOOKS = resolve(__dirname, '../../runbooks');

const DOCUMENT = z.object({
  schemaVersion: z.literal('2.2'),
  parameters: z.record(z.string(), z.object({ type: z.literal('String'), allowedPattern: z.string() }).loose()),
  mainSteps: z.array(
    z.object({ action: z.string(), inputs: z.object({ runCommand: z.array(z.string()) }).loose() }).loose(),
  ),
});

const all = Object.values(DOCUMENTS).filter(({ file }) => existsSync(join(RUNBOOKS, file)));

describe.each(all)('the SSM document $name', ({ file }) => {
  const document = DOCUMENT.parse(readSsmDocument(RUNBOOKS, file));
  const lines = document.mainSteps.flatMap((step) => step.inputs.runCommand);

  it('fits into what SSM stores', () => {
    expect(JSON.stringify(document).length).toBeLessThan(64 * 1024);
  });

  it('puts every parameter, and nothing else, between single quotes', () => {
    const used = lines.flatMap((line) => [...line.matchAll(/\{\{ *([A-Za-z]+) *\}\}/g)].map((match) => match[1]));
    expect(used.filter((name) => !(name! in document.parameters))).toEqual([]);
    for (const line of lines.filter((text) => text.includes('{{')))
      expect(line).toMatch(/^(?:(?!\{\{).)*'\{\{ *[A-Za-z]+ *\}\}'(?:(?!\{\{).)*$/);
  });

  it('admits no parameter that could leave its quotes', () => {
    for (const { allowedPattern } of Object.values(document.parameters)) {
      const pattern = new RegExp(`^(?:${allowedPattern})$`, 'u');
      for (const attack of ["'", "x'; id; '", 'a`id`', 'a$(id)', 'a\nb', 'a b;c', '"'])
        expect(pattern.test(attack)).toBe(false);
    }
  });

  it('carries its scripts in full', () => {
    expect(lines.filter((line) => line.startsWith('include:'))).toEqual([]);
  });
});

describe('the scripts of the runbooks', () => {
  const scripts = readdirSync(join(RUNBOOKS, 'scripts')).filter((name) => name.endsWith('.sh'));
  const hasShellcheck = spawnSync('shellcheck', ['--version']).error === undefined;

  (hasShellcheck ? it : it.skip)('have nothing for shellcheck to say', () => {
    const { stdout } = spawnSync('shellcheck', scripts, { cwd: join(RUNBOOKS, 'scripts'), encoding: 'utf8' });
    expect(stdout).toBe('');
  });
});
