import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { doctorCommand } from '../../bin/doctor-command';

async function doctor(...argv: string[]): Promise<{ exit: number; said: string }> {
  const heard: string[] = [];
  const listen = () =>
    new Writable({
      write: (chunk, _, done) => {
        heard.push(String(chunk));
        done();
      },
    });
  const exit = await doctorCommand(argv, { stdout: listen(), stderr: listen() });
  return { exit, said: heard.join('') };
}

describe('cordon doctor', () => {
  test('says which command writes the file it needs', async () => {
    const { exit, said } = await doctor('--outputs', '/nowhere/cdk-outputs.json');
    expect(exit).toBe(2);
    expect(said).toContain('npx cdk deploy --all --outputs-file cdk-outputs.json');
  });

  test('says what an older deployment lacks, in one sentence', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'cordon-doctor-')), 'cdk-outputs.json');
    writeFileSync(file, JSON.stringify({ CordonResponse: { SlackRequestUrl: 'https://x' } }));
    const { exit, said } = await doctor('--outputs', file);
    expect(exit).toBe(2);
    expect(said).toBe(
      `cordon doctor: ${file} lacks CordonResponse.SlackSecretArn: deploy this version, then look again.\n`,
    );
  });

  test('names the file that is no JSON', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'cordon-doctor-')), 'cdk-outputs.json');
    writeFileSync(file, '{');
    expect(await doctor('--outputs', file)).toMatchObject({
      exit: 2,
      said: expect.stringContaining(`${file} is not JSON: `),
    });
  });

  test('refuses an option it does not know', async () => {
    expect(await doctor('--fix')).toMatchObject({ exit: 2, said: expect.stringContaining('--fix') });
  });
});
