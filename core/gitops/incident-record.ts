import type { Commit, IncidentEvent } from '../incident/events';
import type { Incident } from '../incident/incident';
import { outcomeOf } from '../incident/outcome';
import { cell, code } from './markdown';
import { recordBranch } from './record-branch';

/** What a pull request needs to keep an incident in git. */
export interface IncidentRecord {
  readonly branch: string;
  readonly path: string;
  readonly title: string;
  readonly content: string;
}

/**
 * The record of a closed incident: what it was, who decided what, what was sealed, and the ledger row by row. Everything
 * others wrote stands in code spans. Its branch names the last row, so a later release of the same incident proposes the
 * record anew. @param rows up to and with the final seal
 */
export function incidentRecord(incident: Incident, rows: readonly Commit[]): IncidentRecord {
  const { outcome, reason } = outcomeOf(incident);
  const year = (rows[0]?.at ?? '').slice(0, 4);
  const parts = [
    `# ${incident.id}: ${outcome}`,
    facts(incident, reason),
    '## Decisions',
    decisions(rows),
    '## Evidence',
    evidence(incident),
    '## Timeline (UTC)',
    table(['When', 'Who', 'What'], rows.flatMap(timeline)),
  ];
  return {
    branch: recordBranch(incident.id, rows.length),
    path: `records/${year}/${incident.id}.md`,
    title: `Record of ${incident.id}: ${outcome}`,
    content: `${parts.join('\n\n')}\n`,
  };
}

function facts(incident: Incident, reason: string): string {
  const [first] = incident.findings;
  const lines = [
    ...(first ? [`Finding: ${code(first.type)}, severity ${first.severity}: ${code(first.title)}`] : []),
    `Instance: ${code(incident.instance ?? 'none')} in ${code(incident.account)}, ${code(incident.region)}`,
    `Playbook: ${code(incident.playbook?.name ?? 'none')}, digest ${code(incident.playbook?.digest ?? 'none')}`,
    `Outcome: ${code(reason)}`,
    `Analysis: ${code(incident.report?.verdict ?? 'no summary was posted')}${runOf(incident)}`,
  ];
  return list(lines);
}

function runOf({ report }: Incident): string {
  const url = report?.runUrl ?? '';
  return /^https:\/\/[\w./-]+$/.test(url) ? ` ([report](${url}))` : '';
}

function decisions(rows: readonly Commit[]): string {
  const decided = rows.flatMap((row) =>
    row.events.flatMap((event) => {
      if (event.type === 'GateDecided') {
        return [[row.at, event.gate, event.decision, event.by.join(', '), event.reason ?? '']];
      }
      if (event.type === 'GateExpired')
        return [[row.at, event.gate, 'expired', `${event.votes} of ${event.quorum}`, '']];
      if (event.type === 'GatePassed') return [[row.at, event.gate, 'passed', '', event.why]];
      return [];
    }),
  );
  return decided.length === 0 ? 'Nothing was asked.' : table(['When', 'Gate', 'Decision', 'By', 'Why'], decided);
}

function evidence(incident: Incident): string {
  const seal = incident.finalSeal;
  return list([
    `Artefacts: ${incident.artefacts.length}; missing: ${incident.missing.length}`,
    ...incident.missing.map(({ what, reason }) => `Missing ${code(what)}: ${code(reason)}`),
    ...(seal
      ? [
          `Manifest head: ${code(seal.head)}, over ${seal.rows} ledger rows`,
          `Signed by the key with fingerprint ${code(seal.fingerprint)}`,
        ]
      : ['The books were not sealed.']),
  ]);
}

function timeline(row: Commit): readonly (readonly string[])[] {
  const { actor } = row;
  const by = actor.kind === 'person' ? actor.person : actor.part;
  return row.events.map((event) => [row.at, by, sentence(event)]);
}

/** The event's name and whatever of it is short: names of steps, gates, ids, what a step said. */
function sentence({ type, ...event }: IncidentEvent): string {
  const shown = Object.entries(event).flatMap(([name, value]: readonly [string, unknown]) => {
    const short = typeof value === 'number' || (typeof value === 'string' && value.length <= 300);
    return short ? [name === 'said' || name === 'step' ? String(value) : `${name} ${value}`] : [];
  });
  return [type, ...shown].join('; ');
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) => line(row.map((text) => (text === '' ? '' : cell(text)))));
  return [line(head), line(head.map(() => '---')), ...body].join('\n');
}
