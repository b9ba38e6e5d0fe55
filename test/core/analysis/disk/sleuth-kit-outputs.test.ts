import { bodyfileRows } from '../../../../core/analysis/disk/bodyfile';
import type { BodyfileRow } from '../../../../core/analysis/disk/disk-rows';
import { parseFls } from '../../../../core/analysis/disk/fls';
import { parseFsstat } from '../../../../core/analysis/disk/fsstat';
import { deletedWhileOpen, parseIls } from '../../../../core/analysis/disk/ils';
import { parseJls } from '../../../../core/analysis/disk/jls';
import { parseMactimeCsv } from '../../../../core/analysis/disk/mactime-csv';
import { parseMmls } from '../../../../core/analysis/disk/mmls';
import { nameStatesFrom } from '../../../../core/analysis/disk/name-states';
import {
  parseImgStat,
  parseSha256Sums,
  parseTskRecover,
  parseUnallocatedStrings,
} from '../../../../core/analysis/disk/small-outputs';
import { evidenceFileOf } from '../../../../core/analysis/evidence-in-memory';
import type { EvidenceFile } from '../../../../core/analysis/evidence-source';
import type { ParseIssue } from '../../../../core/analysis/parse-result';
import { recorded } from '../../../support/recorded-evidence';

async function bodyfile(file: EvidenceFile): Promise<{ rows: BodyfileRow[]; issues: ParseIssue[] }> {
  const rows: BodyfileRow[] = [];
  const issues: ParseIssue[] = [];
  for await (const row of bodyfileRows(file, (issue) => issues.push(issue))) rows.push(row);
  return { rows, issues };
}

const printed = (name: string, text: string): EvidenceFile => evidenceFileOf(`disk/${name}`, text);

describe('the bodyfile', () => {
  test('is read whole from the recorded machine, every name included', async () => {
    const { rows, issues } = await bodyfile(await recorded('disk/bodyfile.txt'));
    expect(issues).toEqual([]);
    expect(rows).toHaveLength(5576);
    const odd = rows.filter((row) => row.path.startsWith('/srv/backup/')).map((row) => row.path);
    expect(odd).toEqual(expect.arrayContaining(['/srv/backup/report|q1.txt', '/srv/backup/quote"and,comma.csv']));
    expect(odd).toContain('/srv/backup/latin1-caf\uFFFD.txt');
    expect(odd).toContain('/srv/backup/файл-отчёт.txt');
    expect(rows.find((row) => row.inode === 5528)).toMatchObject({
      path: '/srv/backup/link -> odd',
      linkTarget: '/var/www/html',
    });
  });

  test('quotes each row exactly as the tool printed it', async () => {
    const file = await recorded('disk/bodyfile.txt');
    const lines = (await file.text()).split('\n');
    for (const row of (await bodyfile(file)).rows) expect(lines[row.source.line - 1]).toBe(row.source.text);
  });

  test('keeps zero, negative and 64-bit times', async () => {
    const { rows } = await bodyfile(
      printed('bodyfile.txt', '0|/old|7|r/rrw-------|0|0|1|0|-86400|4294967296|253402300800\n'),
    );
    expect(rows[0]).toMatchObject({ atime: 0, mtime: -86400, ctime: 4294967296, crtime: 253402300800 });
  });

  test('reports a cut line by its number and reads on', async () => {
    const { rows, issues } = await bodyfile(
      printed(
        'bodyfile.txt',
        '0|/a|5|r/r|0|0|1|1|1|1|1\n0|/b|6|r/r|0|0\n0|/c|x|r/r|0|0|1|1|1|1|1\n0|/d|8|r/r|0|0|1|1|1|1|1',
      ),
    );
    expect(rows.map((row) => row.path)).toEqual(['/a', '/d']);
    expect(issues.map((issue) => issue.line)).toEqual([2, 3]);
  });

  test('tells a deleted name from a live file that is called so, with the star of fls', async () => {
    const fls = await parseFls(await recorded('disk/fls-r-p.txt'));
    const settle = nameStatesFrom(fls.rows);
    const { rows } = await bodyfile(await recorded('disk/bodyfile.txt'));
    const settled = rows.map(settle).filter((row) => row.state !== 'allocated');
    expect(settled.map((row) => row.path)).toEqual(['/$OrphanFiles/OrphanFile-5570']);
    expect(rows.map(settle).find((row) => row.inode === 5532)).toMatchObject({
      path: '/srv/backup/y (deleted-realloc)',
      state: 'allocated',
    });
  });

  test('finds every mark in old-style deletions', async () => {
    const { rows } = await bodyfile(await recorded('disk-variants/legacy-bodyfile-deleted-lines.txt'));
    const gone = rows.filter((row) => row.state === 'deleted').map((row) => row.path);
    expect(gone).toContain('/srv/backup/report|q1.txt');
    expect(gone).toHaveLength(6);
  });
});

describe('fls', () => {
  test('lists the whole recorded disk and marks what is virtual', async () => {
    const { rows, issues } = await parseFls(await recorded('disk/fls-r-p.txt'));
    expect(issues).toEqual([]);
    expect(rows).toHaveLength(5576);
    expect(rows.filter((row) => row.virtual).map((row) => row.path)).toEqual([
      '$OrphanFiles',
      '$OrphanFiles/OrphanFile-5570',
    ]);
  });

  test.each(['disk/fls-rd-p.txt', 'disk/fls-rd-l.txt'])('reads the deleted entry of %s', async (name) => {
    const { rows } = await parseFls(await recorded(name));
    expect(rows).toMatchObject([
      { path: '$OrphanFiles/OrphanFile-5570', inode: 5570, state: 'deleted', nameType: '-', metaType: 'r' },
    ]);
  });

  test('reads a reallocated entry, an NTFS address and an entry without -p', async () => {
    const text = 'r/r * 88(realloc):\tvar/log/a b.log\nr/r 42-128-1:\tC.txt\n++ d/d 9:\tsub\nr/- * 0:\tgone\n';
    const { rows, issues } = await parseFls(printed('fls.txt', text));
    expect(issues).toEqual([]);
    expect(rows.map((row) => [row.path, row.inode, row.state])).toEqual([
      ['var/log/a b.log', 88, 'reallocated'],
      ['C.txt', 42, 'allocated'],
      ['sub', 9, 'allocated'],
      ['gone', 0, 'deleted'],
    ]);
  });
});

describe('mmls', () => {
  test('reads a GPT whose partitions have no names', async () => {
    const { table, issues } = await parseMmls(await recorded('disk/mmls.txt'));
    expect(issues).toEqual([]);
    expect(table.scheme).toBe('GUID Partition Table (EFI)');
    expect(table.partitions.filter((row) => row.isPartition).map((row) => [row.slot, row.start])).toEqual([
      ['013', 2048],
      ['014', 10240],
      ['000', 43008],
    ]);
  });

  test('reads MBR slots, also with -B and 4096-byte sectors', async () => {
    const text = [
      'DOS Partition Table',
      'Units are in 4096-byte sectors',
      '002:  000:000   0000002048   0000043007   0000040960   0020M   Linux (0x83)',
      '003:  Meta      0000043008   0000045055   0000002048   1024K   DOS Extended (0x05)',
    ].join('\n');
    const { table } = await parseMmls(printed('mmls.txt', text));
    expect(table).toMatchObject({ scheme: 'DOS Partition Table', sectorBytes: 4096 });
    expect(table.partitions.map((row) => [row.description, row.isPartition])).toEqual([
      ['Linux (0x83)', true],
      ['DOS Extended (0x05)', false],
    ]);
  });

  test('finds no table where the tool printed nothing', async () => {
    const { table } = await parseMmls(printed('mmls.txt', ''));
    expect(table).toEqual({ scheme: undefined, sectorBytes: 512, partitions: [] });
  });
});

describe('fsstat', () => {
  test('tells an image of a running machine by Needs Recovery and names the orphan inodes', async () => {
    const running = await parseFsstat(await recorded('disk/fsstat.txt'));
    expect(running.rows[0]).toMatchObject({ type: 'Ext4', needsRecovery: true, blockBytes: 4096, journalInode: 8 });
    expect(running.rows[0]?.orphans.map((orphan) => orphan.inode)).toEqual([939, 4199]);
    const stopped = await parseFsstat(await recorded('disk-after-shutdown/fsstat.txt'));
    expect(stopped.rows[0]).toMatchObject({ needsRecovery: false, orphans: [] });
  });

  test('has no row for an empty output and says so for another text', async () => {
    expect(await parseFsstat(await recorded('disk/fsstat-p14-bios.txt'))).toEqual({ rows: [], issues: [] });
    expect((await parseFsstat(printed('fsstat.txt', 'Cannot determine file system type\n'))).issues).toHaveLength(1);
  });
});

describe('ils', () => {
  test('finds the files deleted while open and leaves the reserved inodes out', async () => {
    const { rows, issues } = await parseIls(await recorded('disk/ils-e-orphans.txt'));
    expect(issues).toEqual([]);
    expect(deletedWhileOpen(rows).map((row) => [row.inode, row.size, row.mode])).toEqual([
      [939, 766912, '755'],
      [4199, 10638, '640'],
    ]);
  });

  test('reads the unallocated inodes', async () => {
    const { rows } = await parseIls(await recorded('disk-after-shutdown/ils-unalloc.txt'));
    expect(rows.map((row) => [row.inode, row.allocated, row.size])).toEqual([
      [939, false, 0],
      [4199, false, 0],
    ]);
  });
});

describe('the small outputs', () => {
  test('jls is read whole', async () => {
    const { rows, issues } = await parseJls(await recorded('disk/jls.txt'));
    expect(issues).toEqual([]);
    expect(rows).toHaveLength(4095);
    expect(rows.find((row) => row.kind === 'commit')).toMatchObject({ sequence: 19, committedAt: 1778897411 });
    expect(rows.filter((row) => row.fsBlock !== undefined).length).toBeGreaterThan(100);
  });

  test('img_stat, sha256, tsk_recover and strings are read', async () => {
    expect((await parseImgStat(await recorded('disk/img_stat.txt'))).rows).toMatchObject([
      { bytes: 335544320, sectorBytes: 512, type: 'raw' },
    ]);
    expect((await parseSha256Sums(await recorded('disk/sha256.txt'))).rows[0]?.path).toBe('disk.dirty.raw');
    expect((await parseTskRecover(await recorded('disk/tsk_recover.txt'))).rows[0]?.filesRecovered).toBe(0);
    const strings = await parseUnallocatedStrings(await recorded('disk/blkls-unalloc.strings.txt'));
    expect(strings.rows[0]).toMatchObject({ stringNumber: 167, content: 'old deploy key, deleted in February' });
  });

  test('mactime -d is read back, quotes undoubled', async () => {
    const { rows, issues } = await parseMactimeCsv(await recorded('disk/mactime-d.csv'));
    expect(issues).toEqual([]);
    expect(rows).toHaveLength(10988);
    expect(rows.find((row) => row.meta === '5524')?.name).toBe('/srv/backup/quote"and,comma.csv');
  });
});
