import { type CostLine, total } from './cost';
import { ORCHESTRATOR_MONTH } from './prices';

const money = (dollars: number): string => (dollars < 0.01 ? 'under $0.01' : `$${dollars.toFixed(2)}`);

/** The README's table: a month of nothing, one incident, and what others publish. */
export function costTable(idle: readonly CostLine[], incident: readonly CostLine[]): string {
  const row = ({ what, dollars }: CostLine): string => `| ${what} | ${money(dollars)} |`;
  return [
    '| A month in which nothing happens | US dollars |',
    '| --- | ---: |',
    ...idle.map(row),
    `| **together** | **${money(total(idle))}** |`,
    `| AWS’s Automated Forensics Orchestrator, as its README says | $${ORCHESTRATOR_MONTH} |`,
    '| the predecessor | not published |',
    '',
    '| One incident, evidence kept a month | US dollars |',
    '| --- | ---: |',
    ...incident.map(row),
    `| **together** | **${money(total(incident))}** |`,
  ].join('\n');
}
