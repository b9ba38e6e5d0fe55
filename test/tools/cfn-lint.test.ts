import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templates } from '../infra/synthesized';

const present = spawnSync('cfn-lint', ['--version']).status === 0;

describe('cfn-lint', () => {
  (present ? test : test.skip)('finds nothing in any template', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-lint-'));
    const files = [...templates()].map(([name, template]) => {
      const file = join(folder, `${name}.template.json`);
      writeFileSync(file, JSON.stringify(template, null, 1));
      return file;
    });
    // W3005: CDK writes DependsOn beside Ref, which is redundant and harmless. W6001: outputs for the doctor repeat imports.
    const run = spawnSync('cfn-lint', ['--ignore-checks', 'W3005', 'W6001', '--', ...files], { encoding: 'utf8' });
    expect(`${run.stdout}${run.stderr}`).toBe('');
    expect(run.status).toBe(0);
  });
});
