import { join } from 'node:path';
import { folderEvidence } from '../../core/adapters/evidence/folder-evidence';
import type { EvidenceFile } from '../../core/analysis/evidence-source';

const RECORDED = join(__dirname, '..', 'fixtures', 'evidence');

/** The recorded incident; names begin with `disk/`, `disk-after-shutdown/`, `disk-variants/`, `memory/`, … */
export const recordedEvidence = folderEvidence({
  disk: join(RECORDED, 'disk'),
  'disk-after-shutdown': join(RECORDED, 'disk-after-shutdown'),
  'disk-variants': join(RECORDED, 'disk-variants'),
  memory: join(RECORDED, 'memory'),
  'memory-errors': join(RECORDED, 'memory-errors'),
  recovered: join(RECORDED, 'recovered'),
});

/** One recorded file; a wrong name fails the test that asked. */
export async function recorded(name: string): Promise<EvidenceFile> {
  const file = await recordedEvidence.open(name);
  if (file === undefined) throw new Error(`no recorded file is called ${name}`);
  return file;
}
