import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { policyCommand } from '../../bin/policy-command';

const FINDING = join(__dirname, '..', 'fixtures', 'findings', 'dns-exfiltration.json');

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await policyCommand(argv, { stdout, stderr });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

describe('cordon policy', () => {
  it('checks the committed files', async () => {
    expect(await run('check')).toMatchObject({ code: 0, out: expect.stringContaining('policy.yaml holds') });
  });

  it('explains who could stop the instance of a finding', async () => {
    const { code, out } = await run('explain', '--finding', FINDING, '--as', 'alice');
    expect(code).toBe(0);
    expect(out).toContain('stop: asks 2 of 2 (carol, dave; role approver), for 240 min; alice may not answer');
  });

  it.each([
    [['explain', '--finding', FINDING, '--as', 'zoe'], /policy.yaml knows no zoe/],
    [['explain', '--finding', FINDING], /as whom/],
    [['explain', '--finding', '/no/such.json', '--as', 'alice'], /ENOENT/],
    [['explain', '--finding', __filename, '--as', 'alice'], /not valid JSON/],
    [['dance'], /Usage/],
    [[], /Usage/],
  ])('answers %j with one sentence and exit 2', async (argv, sentence) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
