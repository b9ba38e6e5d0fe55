import { type CaptureResult, captureInWords, parseCaptureResult } from '../core/collect/capture-result';
import { tooLargeForSession } from '../core/collect/parts';
import { incidentPrefix, MEMORY_IMAGE } from '../core/collect/vault-paths';
import { NeedsHuman } from '../core/errors';
import type { Artefact, Missing } from '../core/incident/events';
import { parseSha256, type Sha256 } from '../core/incident/ids';
import type { StepName } from '../core/incident/steps';
import type { Blobs } from '../core/ports/blobs';
import type { CommandRunner, CommandStatus } from '../core/ports/command-runner';
import type { InstancePower } from '../core/ports/estate-reader';
import type { EvidenceVault, StoredObject, Uploads } from '../core/ports/evidence-vault';
import { bytesInWords, plural } from '../core/text';
import { originOf } from './artefact';
import { resultKey } from './capture-memory';
import { estateOf } from './estate-of';
import { failJudged, goneOnWithout } from './judge';
import { intentOf, runStep, type StepContext, type StepPorts, type StepReport, slugOf } from './step';
import type { StepInput } from './task-input';

export interface VerifyMemoryPorts extends StepPorts {
  readonly blobs: Blobs;
  readonly commands: CommandRunner;
  readonly power: InstancePower;
  readonly vault: EvidenceVault;
  readonly uploads: Uploads;
}

/** A function of 512 MiB reads about 40 MiB/s: 2 GiB in 51 s of its 120. Larger images are hashed on the forensic instance. */
const HASHED_HERE = 2 * 1024 ** 3;

/** Outcomes another try may change; the others are facts of the host. */
const WORTH_RETRYING: ReadonlySet<CaptureResult['outcome']> = new Set(['time-out', 'upload-failed', 'busy']);

/** Judges a memory capture: completes the upload, recomputes its hash, and keeps it, or says why there is none. */
export function makeVerifyMemory(ports: VerifyMemoryPorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const captured: StepName =
        input.step === 'Verify the first memory image' ? 'Capture memory first' : 'Capture memory';
      if (context.incident.memory !== undefined)
        return settled(captured, 'The memory image was kept before containment.');
      const capture = { ...context, attempt: context.incident.steps[captured]?.attempt ?? 1 };
      const command = await ports.commands.find(context.key, intentOf(capture, captured));
      const skipped = goneOnWithout(context, captured);
      if (command === undefined && skipped !== undefined) return { said: `No memory image: ${skipped}.` };
      if (command === undefined) return never(ports, context, captured);
      const status = await ports.commands.status(context.key, command);
      const result = await readResult(ports.vault, resultKey(capture, captured));
      if (result?.outcome !== 'captured' && skipped !== undefined) return { said: `No memory image: ${skipped}.` };
      if (result?.outcome !== 'captured') return failed(ports, context, captured, status, result);
      return keep(ports, context, captured, result);
    });
}

function settled(step: StepName, said: string): StepReport {
  return { said, settles: [{ step, said }] };
}

/** No command was sent: the instance, its size, its agent or our shelf is why. */
async function never(ports: VerifyMemoryPorts, context: StepContext, captured: StepName): Promise<StepReport> {
  const now = await ports.power.state(context.key);
  const estate = await estateOf(ports.blobs, context.incident);
  const tooLarge = estate === undefined ? undefined : tooLargeForSession(estate.instance);
  const reason =
    now?.state !== 'running'
      ? `the instance is ${now?.state ?? 'gone'}`
      : tooLarge !== undefined
        ? tooLarge
        : (await ports.commands.online(context.key))
          ? 'the tools bucket holds no capture tool for it'
          : 'its SSM agent does not answer';
  const said = `No memory image: ${reason}.`;
  return { ...settled(captured, said), missing: missingImage(captured, reason) };
}

/** After the capture that comes first there is a second chance in Collect: only that one is final. */
function missingImage(captured: StepName, reason: string): readonly Missing[] {
  return captured === 'Capture memory first' ? [] : [{ what: 'memory image', reason }];
}

async function readResult(vault: EvidenceVault, key: string): Promise<CaptureResult | undefined> {
  if ((await vault.head(key)) === undefined) return undefined;
  return parseCaptureResult(new TextDecoder().decode(await vault.read(key, 65_536)));
}

async function failed(
  ports: VerifyMemoryPorts,
  context: StepContext,
  captured: StepName,
  status: CommandStatus | undefined,
  result: CaptureResult | undefined,
): Promise<StepReport> {
  const reason =
    result === undefined
      ? `the command ended as ${status?.detail || status?.state || 'unknown'} and said nothing`
      : captureInWords(result);
  const state = (await ports.power.state(context.key))?.state ?? 'gone';
  // What ran there has ended with the host: no other try changes that.
  const over = state !== 'running';
  if (!over && (result === undefined || WORTH_RETRYING.has(result.outcome))) {
    await failJudged(ports, context, captured, reason);
    throw new NeedsHuman(`No memory image: ${reason}.`);
  }
  const why = over ? `the instance is ${state} now, and ${reason}` : reason;
  const said = `No memory image: ${why}.`;
  return { ...settled(captured, said), missing: missingImage(captured, why) };
}

async function keep(
  ports: VerifyMemoryPorts,
  context: StepContext,
  captured: StepName,
  result: CaptureResult,
): Promise<StepReport> {
  const key = `${incidentPrefix(context.incident.id)}${MEMORY_IMAGE}`;
  const upload = await ports.uploads.find(key);
  if (upload !== undefined) {
    const parts = await ports.uploads.parts(key, upload);
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    if (bytes !== result.bytes) {
      await ports.uploads.abort(key, upload);
      await failJudged(ports, context, captured, `S3 holds ${bytes} bytes of the ${result.bytes} the host sent`);
      throw new NeedsHuman(`The memory image is not whole: S3 holds ${bytes} of ${result.bytes} bytes.`);
    }
    await ports.uploads.complete(key, upload, parts);
  }
  const stored = await ports.vault.head(key);
  if (stored === undefined) throw new NeedsHuman('The host says it sent the memory image, and S3 does not have it.');
  return kept(ports, captured, result, stored);
}

async function kept(
  ports: VerifyMemoryPorts,
  captured: StepName,
  result: CaptureResult,
  stored: StoredObject,
): Promise<StepReport> {
  const claim = parseSha256(result.sha256);
  const here = stored.bytes <= HASHED_HERE ? await ports.vault.hash(stored.key, stored.versionId) : undefined;
  const digest: Sha256 | undefined = here ?? claim;
  if (digest === undefined)
    throw new NeedsHuman('The memory image is too large to hash here and its host claims no hash.');
  const agrees =
    here === undefined
      ? 'hashed on the forensic instance later'
      : here === claim
        ? 'as the host claims'
        : 'NOT what the host claims';
  const artefact: Artefact = {
    path: MEMORY_IMAGE,
    sha256: digest,
    bytes: stored.bytes,
    versionId: stored.versionId,
    tool: result.tool,
    toolVersion: result.toolVersion,
    at: ports.clock.now().toISOString(),
    actor: slugOf(captured),
    origin: result.origin === 'captured' ? originOf(stored) : result.origin,
  };
  const crc = stored.crc64 === undefined ? '' : `, S3's CRC-64 ${stored.crc64}`;
  return {
    ...settled(
      captured,
      `The host sent ${bytesInWords(result.bytes)} in ${plural(result.parts, 'part')}, ${result.tool === 'stand-in' ? 'a stand-in' : `read by ${result.tool}`}.`,
    ),
    said: `Memory image kept: ${bytesInWords(stored.bytes)}, SHA-256 ${digest.slice(0, 16)}… ${agrees}${crc}.`,
    events: [
      { type: 'MemoryCaptured', bytes: stored.bytes, hostClaim: claim ?? 'none', tool: result.tool },
      { type: 'EvidenceKept', artefacts: [artefact] },
    ],
  };
}
