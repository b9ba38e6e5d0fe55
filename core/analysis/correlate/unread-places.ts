import { named } from '../detect/describe';
import type { DiskFacts } from '../detect/host';
import type { NotChecked } from '../detect/run-shelf';
import type { PlaceRow } from '../disk/places';

/** What lay on the disks and was not read, or not wholly, each with the reason in plain words. */
export function unreadPlaces({
  places,
  fileSystems,
}: Pick<DiskFacts, 'places' | 'fileSystems'>): readonly NotChecked[] {
  const xfs = fileSystems.some(({ type }) => /^xfs$/i.test(type)) || places.some(isReadXfs);
  const btrfs = places.some(({ type, read }) => type === 'btrfs' && read === 'mount');
  return [
    ...places.flatMap(unread),
    ...(xfs
      ? [deletedNames('XFS', 'XFS wipes the entry when a file is deleted, and the Sleuth Kit does not read XFS')]
      : []),
    ...(btrfs ? [deletedNames('Btrfs', 'the Sleuth Kit does not read Btrfs')] : []),
  ];
}

function isReadXfs({ type, read }: PlaceRow): boolean {
  return type === 'xfs' && read === 'mount';
}

function deletedNames(system: string, because: string): NotChecked {
  return {
    detector: 'disk',
    looked: `names and content of files deleted from ${system}`,
    why: `${because}: only files that still have a name were listed; text may survive in the snapshot’s free blocks`,
  };
}

/** Places that hold no files in the first place are no gap: boot code, swap, what LVM and RAID are made of. */
const NO_FILES = /^(?:swap|LVM2_member|linux_raid_member|ddf_raid_member|isw_raid_member)$/;
/** BIOS boot partitions of cloud images are 1 to 4 MiB: 8192 sectors. */
const BOOT_CODE_SECTORS = 8192;

function unread(place: PlaceRow): readonly NotChecked[] {
  const { id, type, length, read } = place;
  if (read === 'tsk' || read === 'mount' || NO_FILES.test(type)) return [];
  if (type === 'unknown' && length <= BOOT_CODE_SECTORS) return [];
  return [{ detector: 'disk', looked: `the files on place ${named(id, 60)} of the disks`, why: reasonOf(type, read) }];
}

function reasonOf(type: string, read: PlaceRow['read']): string {
  if (type === 'crypto_LUKS')
    return 'it is encrypted by the machine itself (LUKS); without its passphrase or a key from memory nobody can read it';
  if (/^volume in /.test(type)) return `it is a logical ${type}, and only volumes in one piece are read`;
  if (type === 'zfs_member') return 'it belongs to a ZFS pool, which is not read here';
  if (type === 'BitLocker') return 'it is encrypted by Windows (BitLocker)';
  if (read === 'not-mounted')
    return `it holds ${named(type, 40)}, which the Sleuth Kit does not read and this system could not mount`;
  return type === 'unknown'
    ? 'nothing known lies there: an unknown or damaged file system, or one that is encrypted without a header'
    : `it holds ${named(type, 40)}, which is not read here`;
}
