import type { ContentLine, FileContent } from '../detect/host';
import type { BodyfileRow } from '../disk/disk-rows';
import { timeOf } from '../memory/fields';
import type { VolatileFacts } from '../memory/read-volatile';

/** The cron lines that the running machine listed, by file. */
export function volatileContents(volatile: VolatileFacts | undefined): readonly FileContent[] {
  const files = new Map<string, ContentLine[]>();
  for (const { row, source } of volatile?.cron ?? []) {
    files.set(row.file, [...(files.get(row.file) ?? []), { text: row.line, source }]);
  }
  return [...files].map(([path, lines]) => ({ path, lines }));
}

/** The accounts that the running machine listed, as the lines of its account file. The password field was not recorded. */
export function volatileAccounts(volatile: VolatileFacts | undefined): readonly FileContent[] {
  const lines = (volatile?.users ?? []).map(({ row, source }) => ({
    text: [row.name, 'x', row.uid, '', '', row.home ?? '', row.shell ?? ''].join(':'),
    source,
  }));
  return lines.length === 0 ? [] : [{ path: '/etc/passwd', lines }];
}

/** The temporary files that the running machine listed, for when the disk's own listing is missing. Births are not known there. */
export function volatileTemporary(volatile: VolatileFacts | undefined): readonly BodyfileRow[] {
  return (volatile?.tmp ?? []).map(({ row, source }) => {
    const changed = Math.floor((timeOf(row.changedAt ?? '') ?? 0) / 1000);
    const letters = row.mode ?? '-rw-------';
    return {
      source,
      path: row.path,
      printedName: row.path,
      linkTarget: undefined,
      state: 'allocated',
      meta: String(row.inode ?? 0),
      inode: row.inode ?? 0,
      mode: `${letters.startsWith('-') ? 'r' : letters.slice(0, 1)}/${letters.startsWith('-') ? 'r' : letters.slice(0, 1)}${letters.slice(1)}`,
      uid: row.uid ?? 0,
      gid: 0,
      size: row.size ?? 0,
      atime: 0,
      mtime: 0,
      ctime: changed,
      crtime: 0,
    };
  });
}
