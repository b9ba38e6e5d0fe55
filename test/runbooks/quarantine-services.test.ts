import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SCRIPTS = resolve(__dirname, '../../runbooks/scripts');
const DOCUMENTS = resolve(__dirname, '../../runbooks/ssm');
/** What runs on the forensic instance: its first boot, and what the two documents of the analysis include. */
const included = ['analyse-disk.yaml', 'analyse-memory.yaml'].flatMap((file) =>
  [...readFileSync(join(DOCUMENTS, file), 'utf8').matchAll(/include: scripts\/([\w.-]+)/g)].map(
    ([, name = '']) => name,
  ),
);
const scripts = [...new Set(['forensic-ready.sh', ...included])];

describe('what runs in quarantine', () => {
  test('is the scripts that its documents include, and all of them are there', () => {
    expect(included.length).toBeGreaterThan(1);
    expect(readdirSync(SCRIPTS)).toEqual(expect.arrayContaining(scripts));
  });

  test('asks S3 and nothing else of AWS: no endpoint beside it and those of the agent is needed', () => {
    const asked = scripts.flatMap((name) =>
      [...readFileSync(join(SCRIPTS, name), 'utf8').matchAll(/(?:^|[|(;]|\bif )\s*aws ([a-z0-9-]+)/gm)].map(
        ([, service]) => service,
      ),
    );
    expect(asked.length).toBeGreaterThan(2);
    expect([...new Set(asked)]).toEqual(['s3']);
  });

  test('asks for no key of its own: encryption is S3’s work, in its own name', () => {
    for (const name of scripts)
      expect([
        name,
        /\b(kms|sts|logs)\b.*amazonaws|--sse-kms|aws:kms/.test(readFileSync(join(SCRIPTS, name), 'utf8')),
      ]).toEqual([name, false]);
  });
});
