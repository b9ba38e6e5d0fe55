import { createPrivateKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  ledgerLines,
  type ManifestBody,
  manifestBody,
  manifestHead,
  type SignedManifest,
} from '../../core/evidence/build-manifest';
import type { EvidenceFolder } from '../../core/evidence/evidence-folder';
import type { Artefact, Commit } from '../../core/incident/events';
import { commandId, sha256 } from '../../core/incident/ids';
import { canonicalJson, nextRow } from '../../core/incident/ledger-row';
import { findingRef, IR, KEY, PIN, SYSTEM } from './books';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const SPKI = publicKey.export({ type: 'spki', format: 'der' });
export const FINGERPRINT = sha256(SPKI);

/** A folder in memory: path → bytes. */
export type Files = Map<string, Buffer>;

export function folderOf(files: Files): EvidenceFolder {
  return {
    async open(path) {
      const bytes = files.get(path);
      if (bytes === undefined) return undefined;
      return (async function* () {
        yield bytes;
      })();
    },
    async list() {
      return [...files.keys()].sort();
    },
  };
}

export function artefact(path: string, bytes: Buffer): Artefact {
  const at = '2026-03-01T12:00:00.000Z';
  return {
    path,
    sha256: sha256(bytes),
    bytes: bytes.length,
    versionId: 'v1',
    tool: 'test',
    toolVersion: '1',
    at,
    actor: 'test',
    origin: 'recorded',
  };
}

export function signed(body: ManifestBody, key: KeyObject = privateKey): SignedManifest {
  const unsigned = { ...body, keyId: 'arn:key', publicKey: SPKI.toString('base64'), fingerprint: FINGERPRINT };
  const signature = createSign('sha256').update(canonicalJson(unsigned)).sign(key).toString('base64');
  return { ...unsigned, head: manifestHead(unsigned), signature };
}

export function otherKey(): KeyObject {
  return createPrivateKey(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  );
}

/** A ledger of `count` rows before its final seal. */
export function rowsBefore(count: number): Commit[] {
  const rows: Commit[] = [];
  const add = (events: Commit['events']) => {
    const at = new Date(1_772_366_400_000 + rows.length * 1000);
    rows.push(nextRow(IR, rows.at(-1), { events, actor: SYSTEM, commandId: commandId(`c${rows.length}`), at }));
  };
  add([{ type: 'IncidentOpened', ...KEY, generation: 1, channel: 'C0CORDON', playbook: PIN, finding: findingRef() }]);
  while (rows.length < count) add([{ type: 'EstateNoticed', text: `row ${rows.length + 1}` }]);
  return rows;
}

/** What a drill leaves: ledger.jsonl with its FinalSealed, evidence/ with manifest and artefacts. */
export function drillFolder(): Files {
  const stored = new Map([
    ['derived/disk/fls.txt', Buffer.from('r/r 12: passwd\n')],
    ['derived/memory/pslist.json', Buffer.from('[]')],
    ['images/memory.lime', Buffer.alloc(4096, 7)],
  ]);
  const rows = rowsBefore(6);
  const entries = [...stored].map(([path, bytes]) => artefact(path, bytes));
  const manifest = signed(manifestBody('final', IR, rows, entries, [{ what: 'console', reason: 'not offered' }]));
  const { head, signature, keyId, fingerprint } = manifest;
  const sealed = { type: 'FinalSealed' as const, head, signature, keyId, fingerprint, rows: rows.length };
  const last = nextRow(IR, rows.at(-1), {
    events: [sealed],
    actor: SYSTEM,
    commandId: commandId('seal'),
    at: new Date(1_772_366_500_000),
  });
  const files: Files = new Map([...stored].map(([path, bytes]) => [`evidence/${path}`, bytes]));
  files.set('evidence/manifest.json', Buffer.from(`${canonicalJson(manifest)}\n`));
  files.set('ledger.jsonl', Buffer.from(ledgerLines([...rows, last])));
  return files;
}

/** The same as it lies under the incident's prefix in the bucket. */
export function bucketFolder(): Files {
  const files: Files = new Map();
  for (const [path, bytes] of drillFolder()) {
    if (path === 'evidence/manifest.json') files.set('final/manifest.json', bytes);
    else if (path === 'ledger.jsonl') {
      const lines = bytes.toString().trimEnd().split('\n');
      files.set('final/ledger.jsonl', Buffer.from(`${lines.slice(0, -1).join('\n')}\n`));
    } else files.set(path.slice('evidence/'.length), bytes);
  }
  return files;
}
