/** Which output files play which part. Several file systems have several files each; any may be missing. */
export interface DiskFileNames {
  readonly bodyfiles: readonly string[];
  readonly listings: readonly string[];
  readonly deleted: readonly string[];
  readonly fileSystems: readonly string[];
  readonly inodes: readonly string[];
  readonly strings: readonly string[];
  readonly hashes: readonly string[];
  readonly recovered: readonly string[];
  readonly recoveredIndex: readonly string[];
  readonly journalNames: readonly string[];
  readonly yara: readonly string[];
  readonly places: readonly string[];
  readonly unowned: readonly string[];
  readonly altered: readonly string[];
}

/** Sorts names like `disk/fls-rd-p.txt` by the tool they are named after. */
export function diskFileNames(names: readonly string[]): DiskFileNames {
  const disk = names.filter((name) => name.startsWith('disk/') && !name.endsWith('.stderr'));
  const match = (pattern: RegExp) => disk.filter((name) => pattern.test(name.slice('disk/'.length)));
  const bodyfiles = match(/^(?:.+\/)?(?:bodyfile|body)[^/]*(?:\.txt|\.body)?$/);
  const complete = bodyfiles.filter((name) => !/alloc-only|-alloc/.test(name));
  return {
    bodyfiles: complete.length > 0 ? complete : bodyfiles,
    listings: match(/^(?:.+\/)?fls-r(?:-p)?[^/d]*\.txt$/),
    deleted: preferred(match(/^(?:.+\/)?fls-rd[^/]*\.txt$/), /-p[^/]*\.txt$/),
    fileSystems: match(/^(?:.+\/)?fsstat[^/]*\.txt$/),
    inodes: preferred(match(/^(?:.+\/)?ils-e[^/]*\.txt$/), /orphan/),
    strings: match(/^(?:.+\/)?(?:blkls|unalloc)[^/]*strings[^/]*\.txt$/),
    hashes: match(/^(?:.+\/)?(?:sha256|hashes)[^/]*\.txt$/),
    recovered: match(/^(?:recovered|icat|orphans|carved)\/.+/).filter((name) => !/\.(?:txt|json|tsv|csv)$/.test(name)),
    recoveredIndex: match(/^recovered\/index\.tsv$/),
    journalNames: match(/^(?:.+\/)?journal-strings\.txt$/),
    unowned: match(/^(?:.+\/)?unowned\.txt$/),
    altered: match(/^(?:.+\/)?altered\.txt$/),
    places: match(/^filesystems\.tsv$/),
    yara: match(/^(?:.+\/)?yara(?:-[^/]*)?\.txt$/),
  };
}

function preferred(names: readonly string[], pattern: RegExp): readonly string[] {
  const better = names.filter((name) => pattern.test(name));
  return better.length > 0 ? better : names;
}
