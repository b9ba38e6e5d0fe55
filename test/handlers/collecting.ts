import { resolve } from 'node:path';
import { DOCUMENTS } from '../../core/collect/documents';
import { readSsmDocument } from '../../core/collect/ssm-document';
import { makeCaptureMemory } from '../../handlers/capture-memory';
import { makeCopySnapshots } from '../../handlers/copy-snapshots';
import { makeProtectInstance } from '../../handlers/protect-instance';
import { makeRecordEstate } from '../../handlers/record-estate';
import { makeSnapshotVolumes } from '../../handlers/snapshot-volumes';
import { makeVerifyCopies } from '../../handlers/verify-copies';
import { makeVerifyMemory } from '../../handlers/verify-memory';
import { makeVerifySnapshots } from '../../handlers/verify-snapshots';
import type { DocumentContent } from '../../lab/estate/command-types';
import { addDocument } from '../../lab/estate/install';
import type { CommandResult, CommandWork } from '../../lab/estate/types';
import { MemoryVault, presigner, shelfWith } from './memory-vault';
import { parkedOrDone, type StepLab, stepLab } from './step-lab';

const RUNBOOKS = resolve(__dirname, '../../runbooks');

export interface Collecting extends StepLab {
  readonly vault: MemoryVault;
  readonly all: ReturnType<typeof portsWith>;
}

function portsWith(lab: StepLab, vault: MemoryVault, tool: string | undefined) {
  const console = {
    output: async () => new TextEncoder().encode('login:'),
    screenshot: async () => undefined,
    userData: async () => new TextEncoder().encode('#!/bin/sh\nexport TOKEN=s3cret\n'),
  };
  return {
    ...lab.ports,
    vault,
    uploads: vault,
    presigner,
    shelf: shelfWith(...(tool === undefined ? [] : tool.split(' '))),
    console,
    evidenceKey: 'alias/evidence',
  };
}

export type Scenario = Parameters<typeof stepLab>[0] & { readonly tool?: string | undefined };

/** A recorded estate, an agent that takes our documents, and a host that does `does` with each command. */
export async function collecting(
  options: Scenario = {},
  does: (work: CommandWork, vault: MemoryVault) => CommandResult['status'] = () => 'Success',
): Promise<Collecting> {
  const vault = new MemoryVault();
  const run = async (work: CommandWork) => ({ status: does(work, vault), exitCode: 0, output: '', errorOutput: '' });
  const { tool = 'avml', ...scenario } = options;
  const lab = await stepLab(scenario, { executor: { run } });
  for (const { name, file } of Object.values(DOCUMENTS)) {
    addDocument(lab.estate, name, readSsmDocument(RUNBOOKS, file) as DocumentContent);
  }
  const all = portsWith(lab, vault, 'tool' in options ? options.tool : tool);
  await makeRecordEstate(lab.ports)(lab.input('Record the estate'));
  await makeProtectInstance(lab.ports)(lab.input('Protect the instance'));
  return { ...lab, vault, all };
}

export const token = (lab: StepLab, step: string) => ({
  ...lab.input(step as 'Capture memory'),
  token: `token of ${step}`,
});
export const capture = (lab: Collecting) => parkedOrDone(makeCaptureMemory(lab.all)(token(lab, 'Capture memory')));
export const verify = (lab: Collecting) => makeVerifyMemory(lab.all)(lab.input('Verify the memory image'));
export const snapshot = (lab: Collecting) =>
  parkedOrDone(makeSnapshotVolumes(lab.all)(token(lab, 'Snapshot the volumes')));
export const verifySnapshots = (lab: Collecting) => makeVerifySnapshots(lab.all)(lab.input('Verify the snapshots'));
export const copy = (lab: Collecting) => parkedOrDone(makeCopySnapshots(lab.all)(token(lab, 'Copy the snapshots')));
export const verifyCopies = (lab: Collecting) => makeVerifyCopies(lab.all)(lab.input('Verify the copies'));
