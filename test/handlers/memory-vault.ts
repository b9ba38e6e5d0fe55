import { type Sha256, sha256 } from '../../core/incident/ids';
import type { EvidenceVault, Presigner, StoredObject, ToolShelf, Uploads } from '../../core/ports/evidence-vault';

interface Version {
  readonly body: Uint8Array;
  readonly stored: StoredObject;
}

/** The evidence bucket in memory: versions, write-once, multipart uploads that a test fills itself. */
export class MemoryVault implements EvidenceVault, Uploads {
  readonly versions = new Map<string, Version[]>();
  readonly open = new Map<string, { key: string; parts: Uint8Array[] }>();
  private count = 0;

  write(key: string, body: Uint8Array, metadata: Readonly<Record<string, string>> = {}): StoredObject {
    const stored = {
      key,
      bytes: body.length,
      versionId: `v${++this.count}`,
      modifiedAt: '2026-05-16T02:30:00.000Z',
      metadata,
    };
    this.versions.set(key, [...(this.versions.get(key) ?? []), { body, stored }]);
    return stored;
  }
  async put(key: string, body: Uint8Array, metadata?: Readonly<Record<string, string>>) {
    return this.write(key, body, metadata);
  }
  async putOnce(key: string, body: Uint8Array, metadata?: Readonly<Record<string, string>>) {
    return (await this.head(key)) ?? this.write(key, body, metadata);
  }
  async head(key: string) {
    return this.versions.get(key)?.at(-1)?.stored;
  }
  async read(key: string) {
    return this.versions.get(key)?.at(-1)?.body ?? new Uint8Array();
  }
  async hash(key: string, versionId?: string): Promise<Sha256> {
    const all = this.versions.get(key) ?? [];
    return sha256((all.find((each) => each.stored.versionId === versionId) ?? all.at(-1))?.body ?? '');
  }
  async examine(key: string) {
    const stored = await this.head(key);
    return stored === undefined ? undefined : { stored, sha256: await this.hash(key) };
  }
  async list(prefix: string) {
    const keys = [...this.versions.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.map((key) => ({ key, bytes: this.versions.get(key)?.at(-1)?.body.length ?? 0 }));
  }

  async find(key: string) {
    return [...this.open].reverse().find(([, upload]) => upload.key === key)?.[0];
  }
  async start(key: string) {
    const id = `upload-${++this.count}`;
    this.open.set(id, { key, parts: [] });
    return id;
  }
  async parts(_key: string, upload: string) {
    return (this.open.get(upload)?.parts ?? []).map((body, i) => ({
      number: i + 1,
      bytes: body.length,
      etag: `"${i}"`,
    }));
  }
  async complete(key: string, upload: string) {
    const found = this.open.get(upload);
    if (found === undefined) return 'absent' as const;
    this.open.delete(upload);
    this.write(key, Buffer.concat(found.parts));
    return 'done' as const;
  }
  async abort(_key: string, upload: string) {
    this.open.delete(upload);
  }
}

/** URLs that say what they would allow. */
export const presigner: Presigner = {
  part: async (key, upload, part) => `https://part/${upload}/${part}?${key}`,
  get: async ({ bucket, key }) => `https://get/${bucket}/${key}`,
  put: async (key) => `https://put/${key}`,
};

export function shelfWith(...names: readonly string[]): ToolShelf {
  const tools = names.map((name) => ({ key: `tools/${'a'.repeat(64)}/${name}`, name, sha256: 'a'.repeat(64) }));
  return {
    find: async (name) => tools.find((tool) => tool.name === name),
    startingWith: async (prefix) => tools.filter((tool) => tool.name.startsWith(prefix)),
  };
}
