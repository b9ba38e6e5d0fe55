import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventSymbolsBus } from '../core/adapters/aws/symbols-bus';
import { parseIncidentId, parseSha256 } from '../core/incident/ids';
import type { SymbolsReady } from '../core/ports/symbols-bus';
import { debugPackage, kernelOf } from '../core/symbols/kernel';

/** What symbols.sh reads: how to get the debug package of the kernel that a banner names. Returns its file. */
export function writeSymbolPlan(banner: string, folder: string): string {
  const found = debugPackage(kernelOf(banner));
  const lines =
    found.from === 'addresses'
      ? found.addresses.map((address) => `address ${address}`)
      : [`dnf ${found.image} ${found.repository} ${found.package}`];
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'plan');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** The event that tells resume of symbols: for the incident that asked, when one did. */
export function symbolsEvent(banner: string, incident: string, digest: string): SymbolsReady | undefined {
  const id = parseIncidentId(incident);
  const sha256 = parseSha256(digest);
  if (id === undefined || sha256 === undefined) return undefined;
  return { incident: id, kernel: kernelOf(banner).release, sha256 };
}

/** Says on our bus that symbols are there; nobody is told when no incident asked. */
export async function tellSymbols(env: NodeJS.ProcessEnv, folder: string): Promise<string> {
  const { CORDON_BANNER: banner = '', INCIDENT: incident = '', EVENT_BUS_NAME: bus } = env;
  const digest = readFileSync(join(folder, 'digest'), 'utf8').trim();
  const news = symbolsEvent(banner, incident, digest);
  if (news === undefined) return `Symbols ${digest} are there; no incident waits for them.`;
  if (!bus) throw new Error('EVENT_BUS_NAME is not set: it comes from the repository’s variable CORDON_EVENT_BUS.');
  await eventSymbolsBus(bus).symbolsReady(news);
  return `${incident} is told of symbols ${digest}.`;
}
