import { sleep } from '../time/clock';
import { type ExecutorParts, parameter, SILENT } from './executor-parts';
import { type HostIdentity, identityOf } from './host-network';
import { reachesS3 } from './reach';
import type { EvidenceKind } from './recorded-evidence';
import type { CommandResult, CommandWork } from './types';

function failed(errorOutput: string): CommandResult {
  return { status: 'Failed', exitCode: 1, output: '', errorOutput };
}

/**
 * Disk or memory analysis on the forensic instance: checks that there is something to read, waits as long as the tools
 * take, and puts the recorded outputs where the document was told, with the instance's own credentials.
 */
export async function analyse(
  parts: ExecutorParts,
  work: CommandWork,
  what: 'disk' | 'memory',
): Promise<CommandResult> {
  const { estate, instance } = work;
  const identity = identityOf(estate, instance);
  if (identity === undefined) return failed('the instance has no role');
  const bucket = parameter(work, 'Bucket');
  if (what === 'disk') {
    const absent = missingVolumes(work);
    if (absent.length > 0) return failed(`not attached: ${absent.join(', ')}`);
  } else if (!(await parts.network.hasObject(identity, { bucket, key: parameter(work, 'Image') }))) {
    return failed(`there is no image at ${parameter(work, 'Image')}`);
  }
  const { diskAnalysis, memoryAnalysis } = estate.parts.durations;
  await sleep(parts.clock, what === 'disk' ? diskAnalysis : memoryAnalysis, `estate/analyse/${work.command.id}`);
  if (!(work.reachable() && reachesS3(estate, instance))) return SILENT;
  const files = parts.evidence.files(what === 'disk' ? what : await memoryKind(parts, work, identity));
  for (const { name, body } of files) {
    const place = { bucket, key: `${parameter(work, 'Prefix')}${name}` };
    await parts.network.putObject(identity, place, body, { 'cordon-origin': 'recorded' });
  }
  const output = `${files.length} recorded outputs of another machine stand for this one's.\n`;
  return { status: 'Success', exitCode: 0, output, errorOutput: '' };
}

/**
 * With a table of symbols on the shelf the memory is readable; the lab's tables are stand-ins, so that any counts. Where the
 * evidence says nothing of missing symbols, they are not missing.
 */
async function memoryKind(parts: ExecutorParts, work: CommandWork, from: HostIdentity): Promise<EvidenceKind> {
  if (parts.evidence.files('memory-without-symbols').length === 0) return 'memory';
  const tables = await parts.network.keysUnder(from, {
    bucket: parameter(work, 'SymbolsBucket'),
    prefix: 'symbols/linux/',
  });
  return tables.length > 0 ? 'memory' : 'memory-without-symbols';
}

/** `Volumes` is `/dev/sdf=vol-…,…`: each must be attached to this instance. */
function missingVolumes(work: CommandWork): string[] {
  const wanted = parameter(work, 'Volumes')
    .split(',')
    .flatMap((pair) => pair.split('=')[1] ?? []);
  return wanted.filter((id) => {
    const attachment = work.estate.volumes.get(id)?.attachment;
    return attachment?.instance !== work.instance.id || attachment.state !== 'attached';
  });
}
