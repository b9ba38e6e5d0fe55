import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { folderEvidence } from '../../../../core/adapters/evidence/folder-evidence';
import type { EvidenceFile } from '../../../../core/analysis/evidence-source';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-evidence-'));
  mkdirSync(join(folder, 'disk', 'recovered'), { recursive: true });
  const files: Readonly<Record<string, string | Buffer>> = {
    'disk/mmls.txt': 'one\ntwo\r\n\nlast',
    'disk/jls.txt.gz': gzipSync('a\nb\n'),
    'disk/both.txt': 'plain',
    'disk/both.txt.gz': gzipSync('gzipped'),
    'disk/latin1.txt': Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]),
    'disk/cut.txt.gz': gzipSync(
      Buffer.from(Array.from({ length: 200_000 }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255)),
    ).subarray(0, 2000),
    'disk/recovered/inode-7.bin': 'x',
    'outside.txt': 'not evidence',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  symlinkSync(join(folder, 'outside.txt'), join(folder, 'disk', 'link.txt'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const evidence = () => folderEvidence({ disk: join(folder, 'disk'), memory: join(folder, 'absent') });

async function open(name: string): Promise<EvidenceFile> {
  const file = await evidence().open(name);
  if (file === undefined) throw new Error(`${name} is not there`);
  return file;
}

async function lines(name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { line, text } of (await open(name)).lines()) found.push(`${line}:${text}`);
  return found;
}

describe('a folder of evidence', () => {
  test('lists files by role, without .gz, each once, and follows no link', async () => {
    expect(await evidence().list()).toEqual([
      'disk/both.txt',
      'disk/cut.txt',
      'disk/jls.txt',
      'disk/latin1.txt',
      'disk/mmls.txt',
      'disk/recovered/inode-7.bin',
    ]);
  });

  test.each(['disk/link.txt', 'disk/../outside.txt', 'memory/x', 'disk/none.txt'])('does not open %s', async (name) => {
    expect(await evidence().open(name)).toBeUndefined();
  });

  test('numbers lines from 1, with and without a last line end', async () => {
    expect(await lines('disk/mmls.txt')).toEqual(['1:one', '2:two', '3:', '4:last']);
    expect(await lines('disk/jls.txt')).toEqual(['1:a', '2:b']);
  });

  test('prefers the plain file to its gzipped twin', async () => {
    expect(await (await open('disk/both.txt')).text()).toBe('plain');
  });

  test('keeps bytes that are not UTF-8 as U+FFFD', async () => {
    expect(await (await open('disk/latin1.txt')).text()).toBe('caf\uFFFD\n');
  });

  test('gives what a damaged gzip still holds and says that it is damaged', async () => {
    const file = await open('disk/cut.txt');
    expect((await file.text()).length).toBeGreaterThan(0);
    expect(file.damage()).toMatch(/could not be read to its end/);
    expect((await open('disk/mmls.txt')).damage()).toBeUndefined();
  });

  test('hashes a file as it is stored', async () => {
    const stored = gzipSync('a\nb\n');
    const { createHash } = await import('node:crypto');
    expect(await (await open('disk/jls.txt')).sha256()).toBe(createHash('sha256').update(stored).digest('hex'));
  });
});
