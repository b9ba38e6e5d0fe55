import { NeedsHuman } from '../core/errors';
import type { Artefact } from '../core/incident/events';
import type { StepName } from '../core/incident/steps';
import type { CommandRunner } from '../core/ports/command-runner';
import type { EvidenceVault } from '../core/ports/evidence-vault';
import type { ForensicHost } from '../core/ports/forensic-host';
import { plural } from '../core/text';
import { type AnalysisPorts, hostKey } from './analysis-command';
import { artefactsUnder } from './artefact';
import type { recheckImage } from './image-hash';
import { failJudged, goneOnWithout } from './judge';
import { intentOf, record, runStep, type StepContext, type StepPorts, type StepReport, slugOf } from './step';
import type { StepInput } from './task-input';

export interface KeepResultsPorts extends StepPorts {
  readonly vault: EvidenceVault;
  readonly host: ForensicHost;
  readonly commands: CommandRunner;
  readonly home: AnalysisPorts['home'];
}

/** One analysis: the step that runs it, where its outputs lie, the tool, and whether there was anything to read. */
export interface Analysis {
  readonly step: StepName;
  readonly folder: string;
  readonly tool: string;
  readonly what: string;
  readonly applies: (context: StepContext) => boolean;
  /** What the analysis says of evidence that was kept before it. */
  readonly recheck?: typeof recheckImage;
}

/** Judges an analysis: keeps every output under custody. A failed command with outputs is kept and said; one without is asked about. */
export function makeKeepResults(ports: KeepResultsPorts, analysis: Analysis) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      if (!analysis.applies(context)) return nothing(analysis);
      const skipped = goneOnWithout(context, analysis.step) ?? goneOnWithout(context, 'Launch the forensic instance');
      const ended = await endOf(ports, context, analysis);
      const provenance = { tool: analysis.tool, toolVersion: 'unknown', actor: slugOf(analysis.step) };
      const artefacts = await artefactsUnder(ports.vault, input.incident, analysis.folder, provenance);
      if (artefacts.length === 0 && skipped !== undefined) return without(analysis, skipped);
      if (artefacts.length === 0) {
        await failJudged(ports, context, analysis.step, `it ended as ${ended} and left no output`);
        throw new NeedsHuman(`No ${analysis.what}: the command ended as ${ended} and left no output.`);
      }
      const whole = ended === 'Success';
      const last = await recordAllButLast(ports, context, artefacts);
      const image = await analysis.recheck?.(ports.vault, context.incident);
      return {
        said: `${plural(artefacts.length, 'output')} kept${whole ? '' : `; the command ended as ${ended}`}.${image?.said ?? ''}`,
        events: [{ type: 'EvidenceKept', artefacts: [...last, ...(image?.artefacts ?? [])] }],
        missing: whole ? [] : [{ what: `part of the ${analysis.what}`, reason: `the command ended as ${ended}` }],
        settles: [
          { step: analysis.step, said: whole ? 'The command came to its end.' : `The command ended as ${ended}.` },
        ],
      };
    });
}

/** An artefact is about 350 bytes of JSON and a ledger row stays under 64 KB: 100 of them make 35 KB. */
const ARTEFACTS_IN_A_ROW = 100;

/** Rows of their own for all artefacts but the last hundred, which go with the step's completion. */
async function recordAllButLast(
  ports: StepPorts,
  context: StepContext,
  artefacts: readonly Artefact[],
): Promise<readonly Artefact[]> {
  let rest = artefacts;
  for (let row = 1; rest.length > ARTEFACTS_IN_A_ROW; row++) {
    await record(ports, context, `kept-${row}`, [
      { type: 'EvidenceKept', artefacts: rest.slice(0, ARTEFACTS_IN_A_ROW) },
    ]);
    rest = rest.slice(ARTEFACTS_IN_A_ROW);
  }
  return rest;
}

function nothing(analysis: Analysis): StepReport {
  const said = `No ${analysis.what}: there was nothing to read.`;
  return { said, settles: [{ step: analysis.step, said }] };
}

function without(analysis: Analysis, reason: string): StepReport {
  const said = `No ${analysis.what}: ${reason}.`;
  return { said, settles: [{ step: analysis.step, said }] };
}

async function endOf(ports: KeepResultsPorts, context: StepContext, analysis: Analysis): Promise<string> {
  const machine = await ports.host.find(context.incident.id);
  if (machine === undefined) return 'unknown (the forensic instance is gone)';
  const key = hostKey(ports.home, machine);
  const attempt = context.incident.steps[analysis.step]?.attempt ?? 1;
  const command = await ports.commands.find(key, intentOf({ ...context, attempt }, analysis.step));
  if (command === undefined) return 'unknown (no command was sent)';
  const status = await ports.commands.status(key, command);
  return status?.detail || status?.state || 'unknown';
}

export const DISK_ANALYSIS: Analysis = {
  step: 'Analyse the disks',
  folder: 'derived/disk/',
  tool: 'sleuthkit',
  what: 'disk analysis',
  applies: ({ incident }) => incident.attachedVolumes.length > 0,
};
