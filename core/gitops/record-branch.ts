import type { IncidentId } from '../incident/ids';
import type { Incident } from '../incident/incident';

/** The branch of an incident's record: it names the last row it tells, so a later seal proposes another. */
export function recordBranch(incident: IncidentId, rows: number): string {
  return `cordon/record-${incident}-${rows}`;
}

/**
 * Where the record's pull request is found. Nothing may follow the final seal in the ledger, its address least of all; its
 * branch is known beforehand, so a search by it leads there. Undefined until the closed incident is sealed.
 */
export function recordSearch(incident: Incident, repository: string): string | undefined {
  const { id, status, finalSeal } = incident;
  if (status !== 'closed' || finalSeal === undefined) return undefined;
  const query = `is:pr head:${recordBranch(id, finalSeal.rows + 1)}`;
  return `https://github.com/${repository}/pulls?q=${encodeURIComponent(query)}`;
}
