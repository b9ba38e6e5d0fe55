import { incidentPrefix } from '../core/collect/vault-paths';
import type { Artefact, Missing } from '../core/incident/events';
import type { ConsoleReader } from '../core/ports/console';
import type { EvidenceVault } from '../core/ports/evidence-vault';
import { artefactOf } from './artefact';
import { runStep, type StepPorts, slugOf } from './step';
import type { StepInput } from './task-input';

export interface CollectConsolePorts extends StepPorts {
  readonly console: ConsoleReader;
  readonly vault: EvidenceVault;
}

/** Keeps what EC2 itself shows: console output, a screenshot, user data (in full: secrets in it are masked only in chat). */
export function makeCollectConsole(ports: CollectConsolePorts) {
  return (input: StepInput) =>
    runStep(ports, input, async ({ key }) => {
      const artefacts: Artefact[] = [];
      const missing: Missing[] = [];
      const sources = [
        { name: 'console-output.txt', read: () => ports.console.output(key) },
        { name: 'screenshot.jpg', read: () => ports.console.screenshot(key) },
        { name: 'user-data.txt', read: () => ports.console.userData(key) },
      ];
      for (const source of sources) {
        const path = `${incidentPrefix(input.incident)}derived/console/${source.name}`;
        const bytes = await source.read();
        if (bytes === undefined) {
          missing.push({ what: source.name, reason: 'EC2 has none for this instance' });
          continue;
        }
        const stored = (await ports.vault.head(path)) ?? (await ports.vault.putOnce(path, bytes));
        const provenance = { tool: 'ec2', toolVersion: '2016-11-15', actor: slugOf(input.step) };
        artefacts.push(await artefactOf(ports.vault, input.incident, stored, provenance));
      }
      const events = artefacts.length === 0 ? [] : [{ type: 'EvidenceKept' as const, artefacts }];
      return { said: `${artefacts.length} of ${sources.length} kept.`, events, missing };
    });
}
