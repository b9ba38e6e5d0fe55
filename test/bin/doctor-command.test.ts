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

  test('says once that nobody is signed in, and where to', async () => {
    const place = (service: string, name: string) => `arn:aws:${service}:eu-west-1:111122223333:${name}`;
    const CordonResponse = {
      SlackRequestUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com',
      SlackSecretArn: place('secretsmanager', 'secret:slack'),
      GithubSecretArn: place('secretsmanager', 'secret:github'),
      EvidenceBucketName: 'evidence',
      SigningKeyArn: place('kms', 'key/1'),
      AnalysisImage: 'ami-0123456789abcdef0',
      QuarantineVpc: 'vpc-1',
      GithubRepository: 'acme/ir',
    };
    const file = join(mkdtempSync(join(tmpdir(), 'cordon-doctor-')), 'cdk-outputs.json');
    writeFileSync(file, JSON.stringify({ CordonResponse, CordonGithub: {} }));
    const before = { ...process.env };
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    // Nobody's own files, and no instance to ask.
    Object.assign(process.env, {
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    try {
      expect(await doctor('--outputs', file)).toEqual({
        exit: 1,
        said: expect.stringMatching(
          /^cordon doctor: AWS does not say who you are \([^\n]+\): sign in to account 111122223333, then look again\.\n$/,
        ),
      });
    } finally {
      for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  test('refuses an option it does not know', async () => {
    expect(await doctor('--fix')).toMatchObject({ exit: 2, said: expect.stringContaining('--fix') });
  });
});
