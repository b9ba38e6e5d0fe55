import { createHash } from 'node:crypto';
import { bad, type Checked, good } from './check';
import { type EvidenceFolder, readText } from './evidence-folder';
import { checkCoverage, checkLedger } from './verify-ledger';
import { checkManifest, type ManifestEntry, type ReadManifest } from './verify-manifest';

/** Where the parts lie in a folder. */
export interface Layout {
  readonly manifest: string;
  readonly ledger: string;
  /** Prefix of artefact paths. */
  readonly artefacts: string;
  /** The ledger goes on to its FinalSealed row (a drill's); an export under `final/` ends before it. */
  readonly whole: boolean;
}

/** A drill's folder, and the prefix of an incident in the evidence bucket (or a download of it). */
const LAYOUTS: readonly Layout[] = [
  { manifest: 'evidence/manifest.json', ledger: 'ledger.jsonl', artefacts: 'evidence/', whole: true },
  { manifest: 'final/manifest.json', ledger: 'final/ledger.jsonl', artefacts: '', whole: false },
];

export type Verification =
  | {
      readonly verdict: 'verified';
      readonly incident: string;
      readonly rows: number;
      readonly artefacts: number;
      readonly head: string;
      readonly fingerprint: string;
      /** Files that no entry names, as far as they could be listed: they prove nothing. */
      readonly unnamed: readonly string[];
    }
  /** The ledger stands and says that nothing was ever sealed: a notice. */
  | { readonly verdict: 'nothing-sealed'; readonly rows: number }
  | { readonly verdict: 'bad'; readonly entry: string; readonly why: string }
  | { readonly verdict: 'not-evidence'; readonly why: string };

/**
 * Verifies a folder of evidence: manifest, signature, ledger chain, final seal and row count, every artefact. The first
 * bad entry is named. Whether the key that signed is ours, the caller asks of the fingerprint.
 */
export async function verifyFolder(folder: EvidenceFolder): Promise<Verification> {
  for (const layout of LAYOUTS) {
    const manifest = await readText(folder, layout.manifest);
    const ledger = await readText(folder, layout.ledger);
    if (manifest === undefined && ledger === undefined) continue;
    if (ledger === undefined) return { verdict: 'bad', entry: layout.ledger, why: 'it is missing' };
    const result = await verifyParts(folder, layout, manifest, ledger);
    return result.ok ? result.value : { verdict: 'bad', ...result.bad };
  }
  return {
    verdict: 'not-evidence',
    why: 'there is neither evidence/manifest.json with ledger.jsonl, nor final/manifest.json',
  };
}

async function verifyParts(
  folder: EvidenceFolder,
  layout: Layout,
  manifestText: string | undefined,
  ledgerText: string,
): Promise<Checked<Verification>> {
  const ledger = checkLedger(layout.ledger, ledgerText);
  if (!ledger.ok) return ledger;
  const rows = ledger.value;
  const noticeOnly = rows.every((row) => row.events.every((event) => NOTICE_EVENTS.has(event.type)));
  if (noticeOnly && isEmpty(manifestText)) return nothingSealed(folder, layout, rows.length);
  if (manifestText === undefined) return bad(layout.manifest, 'it is missing');
  const checked = checkManifest(layout.manifest, manifestText);
  if (!checked.ok) return checked;
  const manifest = checked.value;
  // A manifest of before there was this member has none; it cannot be taken away from one that has it.
  if (manifest.seal !== undefined && manifest.seal !== 'final')
    return bad(layout.manifest, 'it is not the final seal but one made before: what was decided since is missing');
  const coverage = checkCoverage(layout.ledger, rows, manifest, layout.whole);
  if (!coverage.ok) return coverage;
  const artefacts = await checkArtefacts(folder, layout, manifest);
  if (!artefacts.ok) return artefacts;
  const unnamed = await unnamedFiles(folder, layout, manifest);
  // A drill writes what the manifest names and nothing else; beside it in the bucket lies what was tried in vain.
  if (layout.whole && unnamed[0] !== undefined) return bad(unnamed[0], 'the manifest does not name it');
  const { incident, head, fingerprint } = manifest;
  const counts = { rows: rows.length, artefacts: artefacts.value };
  return good({ verdict: 'verified', incident, ...counts, head, fingerprint, unnamed });
}

/** Where an incident's seals and the scratch of its runs lie in the bucket. */
const NO_ARTEFACTS = ['final/', 'work/'];

async function unnamedFiles(
  folder: EvidenceFolder,
  layout: Layout,
  manifest: Pick<ReadManifest, 'entries'>,
): Promise<readonly string[]> {
  const { artefacts } = layout;
  const named = new Set([layout.manifest, ...manifest.entries.map(({ path }) => `${artefacts}${path}`)]);
  const files = (await folder.list?.()) ?? [];
  return files
    .filter((file) => file.startsWith(artefacts) && !named.has(file))
    .map((file) => file.slice(artefacts.length))
    .filter((path) => layout.whole || !NO_ARTEFACTS.some((prefix) => path.startsWith(prefix)));
}

/** Then there is nothing that could have been sealed, either: artefacts without a manifest lost it. */
async function nothingSealed(folder: EvidenceFolder, layout: Layout, rows: number): Promise<Checked<Verification>> {
  const [orphan] = await unnamedFiles(folder, layout, { entries: [] });
  if (orphan !== undefined) return bad(layout.manifest, `it names nothing, and ${orphan} is there`);
  return good({ verdict: 'nothing-sealed', rows });
}

const NOTICE_EVENTS: ReadonlySet<string> = new Set(['FindingPosted', 'FindingUpdated']);

function isEmpty(manifest: string | undefined): boolean {
  return manifest === undefined || manifest.trim() === '' || manifest.trim() === '{}';
}

async function checkArtefacts(
  folder: EvidenceFolder,
  layout: Layout,
  manifest: ReadManifest,
): Promise<Checked<number>> {
  const seen = new Set<string>();
  for (const entry of manifest.entries) {
    if (seen.has(entry.path)) return bad(entry.path, 'the manifest names it twice');
    seen.add(entry.path);
    const result = await checkArtefact(folder, layout, entry);
    if (!result.ok) return result;
  }
  return good(seen.size);
}

async function checkArtefact(folder: EvidenceFolder, layout: Layout, entry: ManifestEntry): Promise<Checked<true>> {
  const { path } = entry;
  if (path.startsWith('/') || path.split('/').includes('..')) return bad(path, 'its path leads out of the evidence');
  const chunks = await folder.open(`${layout.artefacts}${path}`, entry.versionId);
  if (chunks === undefined) return bad(path, 'it is missing');
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  if (bytes !== entry.bytes) return bad(path, `it has ${bytes} bytes and the manifest says ${entry.bytes}`);
  return hash.digest('hex') === entry.sha256 ? good(true) : bad(path, 'it was changed: its SHA-256 does not match');
}
