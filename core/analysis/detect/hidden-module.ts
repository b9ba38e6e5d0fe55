import type { ModuleRow } from '../memory/memory-rows';
import { isAcquisitionModule } from './acquisition';
import { evidenceOf, named } from './describe';
import type { Detection, Detector } from './finding';
import type { Host } from './host';

export const hiddenModule: Detector = {
  id: 'hidden-module',
  title: 'kernel modules that took themselves out of the list',
  technique: 'T1547.006',
  rationale: 'A module that is loaded and not listed hides on purpose.',
  falsePositives: 'A module being loaded or unloaded at the moment of the image.',
  needs: [['check_modules', 'hidden_modules']],
  run: (host) => {
    const listed = new Set(host.memory.modules.map(({ name }) => name));
    const hidden = new Map<string, ModuleRow>();
    for (const row of host.memory.hiddenModules) {
      if (!listed.has(row.name) && !isAcquisitionModule(row.name)) hidden.set(row.name, row);
    }
    return [...hidden.values()].map((row) => detection(row, host));
  },
};

function detection(row: ModuleRow, { memory }: Host): Detection {
  const boasts = memory.kernelLog.filter(
    ({ text }) => text.startsWith(`${row.name}: `) || text.includes(`module ${row.name}`),
  );
  const unlisted = memory.modules.length > 0;
  const seconds = boasts.find(({ sinceBoot }) => sinceBoot !== undefined)?.sinceBoot;
  const loaded = seconds === undefined ? '' : `, loaded ${Math.round(seconds)} s after boot`;
  return {
    title: `The kernel module ${named(row.name, 40) || '(nameless)'} is loaded and hidden${loaded}`,
    confidence: unlisted ? 'high' : 'medium',
    because: unlisted
      ? `the kernel knows its object, the module list has ${memory.modules.length} others and not this one`
      : 'the module list itself could not be read to compare',
    subject: { kind: 'module', name: row.name },
    theme: 'hiding',
    evidence: evidenceOf([row.source, ...boasts.map(({ source }) => source)], 6),
    weight: 94,
  };
}
