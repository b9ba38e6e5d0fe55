import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVERYTHING, MEMBER, templates } from '../infra/synthesized';

const present = spawnSync('cfn-lint', ['--version']).status === 0;

describe('cfn-lint', () => {
  (present ? test.each : test.skip.each)([
    ['as deployed', {}],
    ['with every flag on', EVERYTHING],
    ['in a member account', MEMBER],
  ])('finds nothing in any template %s', (_, context) => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-lint-'));
    const files = [...templates(context)].map(([name, template]) => {
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
