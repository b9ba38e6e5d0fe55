import { unreadPlaces } from '../../../../core/analysis/correlate/unread-places';
import { parsePlaces } from '../../../../core/analysis/disk/places';
import { evidenceFileOf } from '../../../../core/analysis/evidence-in-memory';

const HEAD = 'id\timage\tsector_bytes\tstart\tlength\ttype\tread_by\n';

async function told(lines: string): Promise<readonly string[]> {
  const { rows, issues } = await parsePlaces(evidenceFileOf('disk/filesystems.tsv', HEAD + lines));
  expect(issues).toEqual([]);
  return unreadPlaces({ places: rows, fileSystems: [] }).map(({ looked, why }) => `${looked}: ${why}`);
}

test('an encrypted volume, a file system nobody could mount and a volume in pieces are each named with the reason', async () => {
  expect(
    await told(
      [
        '1-000\t/dev/sdf\t512\t4096\t2097152\tcrypto_LUKS\tnone',
        '1-001\t/dev/sdf\t512\t4096\t2097152\tbtrfs\tnot-mounted',
        '1-002-data\t/dev/sdf\t512\t4096\t0\tvolume in 2 pieces\tnone',
        '1-003\t/dev/sdf\t512\t4096\t2097152\tunknown\tnone',
      ].join('\n'),
    ),
  ).toEqual([
    expect.stringMatching(/1-000 .*encrypted by the machine itself \(LUKS\)/),
    expect.stringMatching(/1-001 .*it holds btrfs, which the Sleuth Kit does not read and this system could not mount/),
    expect.stringMatching(/1-002-data .*a logical volume in 2 pieces/),
    expect.stringMatching(/1-003 .*unknown or damaged file system/),
  ]);
});

test('what was deleted from XFS and Btrfs is said not to have been looked for', async () => {
  expect(await told('1-000\tx\t512\t2048\t9999999\txfs\tmount\n2-000\tx\t512\t0\t9999999\tbtrfs\tmount')).toEqual([
    expect.stringMatching(/^names and content of files deleted from XFS: XFS wipes/),
    expect.stringMatching(/^names and content of files deleted from Btrfs/),
  ]);
});

test('boot code, swap and what volumes are made of are no gap', async () => {
  expect(
    await told(
      '1-013\tx\t512\t2048\t8192\tunknown\tnone\n1-014\tx\t512\t0\t999999\tswap\tnone\n1-015\tx\t512\t0\t9\tLVM2_member\tnone\n1-000\tx\t512\t0\t9\text4\ttsk',
    ),
  ).toEqual([]);
});

test('lines that say something else are reported, never fatal', async () => {
  const { rows, issues } = await parsePlaces(
    evidenceFileOf('disk/filesystems.tsv', 'a\tb\n\n1\t2\t3\t4\t5\t6\tguessed'),
  );
  expect(rows).toEqual([]);
  expect(issues).toHaveLength(2);
});
