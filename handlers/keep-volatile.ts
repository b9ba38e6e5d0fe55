import { incidentPrefix, VOLATILE_STATE } from '../core/collect/vault-paths';
import { NeedsHuman } from '../core/errors';
import type { StepName } from '../core/incident/steps';
import type { CommandRunner } from '../core/ports/command-runner';
import type { InstancePower } from '../core/ports/estate-reader';
import type { EvidenceVault } from '../core/ports/evidence-vault';
import { bytesInWords } from '../core/text';
import { artefactOf } from './artefact';
import { failJudged, goneOnWithout } from './judge';
import { intentOf, runStep, type StepContext, type StepPorts, type StepReport, slugOf } from './step';
import type { StepInput } from './task-input';

export interface KeepVolatilePorts extends StepPorts {
  readonly commands: CommandRunner;
  readonly power: InstancePower;
  readonly vault: EvidenceVault;
}

const CAPTURE: StepName = 'Capture volatile state';

/** Judges the collection of volatile state: keeps the file, or says why there is none. */
export function makeKeepVolatile(ports: KeepVolatilePorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const attempt = context.incident.steps[CAPTURE]?.attempt ?? 1;
      const command = await ports.commands.find(context.key, intentOf({ ...context, attempt }, CAPTURE));
      const stored = await ports.vault.head(`${incidentPrefix(input.incident)}${VOLATILE_STATE}`);
      if (stored !== undefined) {
        const provenance = { tool: 'collect-volatile', toolVersion: '1', actor: slugOf(CAPTURE) };
        const artefact = await artefactOf(ports.vault, input.incident, stored, provenance);
        return {
          said: `Volatile state kept: ${bytesInWords(artefact.bytes)}.`,
          events: [{ type: 'EvidenceKept', artefacts: [artefact] }],
          settles: [{ step: CAPTURE, said: 'The host sent its volatile state.' }],
        };
      }
      const skipped = goneOnWithout(context, CAPTURE);
      if (skipped !== undefined) return { said: `No volatile state: ${skipped}.` };
      if (command === undefined) return missing(await whyNone(ports, context));
      const status = await ports.commands.status(context.key, command);
      const reason = `the command ended as ${status?.detail || status?.state || 'unknown'} and left no file`;
      const state = (await ports.power.state(context.key))?.state ?? 'gone';
      // What ran there has ended with the host: no other try changes that.
      if (state !== 'running') return missing(`the instance is ${state} now, and ${reason}`);
      await failJudged(ports, context, CAPTURE, reason);
      throw new NeedsHuman(`No volatile state: ${reason}.`);
    });
}

function missing(reason: string): StepReport {
  const said = `No volatile state: ${reason}.`;
  return { said, missing: [{ what: 'volatile state', reason }], settles: [{ step: CAPTURE, said }] };
}

async function whyNone(ports: KeepVolatilePorts, context: StepContext): Promise<string> {
  if (context.incident.estate?.summary.platform === 'windows') return 'the collection script is for Linux';
  const now = await ports.power.state(context.key);
  if (now?.state !== 'running') return `the instance is ${now?.state ?? 'gone'}`;
  return 'its SSM agent does not answer';
}
