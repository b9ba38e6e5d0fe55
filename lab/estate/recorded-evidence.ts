import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface RecordedFile {
  readonly name: string;
  readonly body: Buffer;
}

/** `memory-without-symbols`: what the memory analysis leaves where no table fits the kernel. */
export type EvidenceKind = 'disk' | 'memory' | 'memory-without-symbols';

/** The named scenario that analysis finds: recorded outputs of another machine, never this one's own state. */
export interface RecordedEvidence {
  /** Outputs of one kind, by name; none when the folder is not there. */
  files(kind: EvidenceKind): readonly RecordedFile[];
  volatileState(): Buffer;
}

/** A folder with `disk/`, `memory/` and perhaps `memory-without-symbols/` and `volatile/volatile-state.json`. The default scenario is lab/evidence. */
export function evidenceFolder(folder: string, fallback: string = folder): RecordedEvidence {
  return {
    files(kind) {
      const from = path.join(folder, kind);
      if (!existsSync(from)) return [];
      return readdirSync(from)
        .sort()
        .filter((name) => statSync(path.join(from, name)).isFile())
        .map((name) => ({ name, body: readFileSync(path.join(from, name)) }));
    },
    volatileState() {
      const name = path.join('volatile', 'volatile-state.json');
      const own = path.join(folder, name);
      return readFileSync(existsSync(own) ? own : path.join(fallback, name));
    },
  };
}
