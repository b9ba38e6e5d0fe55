import type { Summary } from '../summary-schema';
import { Html, html } from './html';
import { activityChart } from './report-chart';
import { incidentLanes } from './report-lanes';
import { processTree } from './report-processes';
import { REPORT_STYLE } from './report-style';
import { checkTable, custodyTables, deletedTable, findingDetails, indicatorTable, socketTable } from './report-tables';

const SECTIONS: readonly (readonly [string, string, (summary: Summary) => Html])[] = [
  ['what-happened', 'What happened', narrative],
  ['when', 'When', (summary) => html`<p>${summary.window.why}</p>${incidentLanes(summary)}${activityChart(summary)}`],
  [
    'findings',
    'Findings and their evidence',
    (summary) =>
      html`${summary.findings.map((finding) => findingDetails(finding, summary))}${summary.findings.length === 0 ? html`<p class="soft">None.</p>` : undefined}`,
  ],
  ['processes', 'Processes', processTree],
  ['sockets', 'Sockets', socketTable],
  ['files', 'Deleted and recovered files', deletedTable],
  ['indicators', 'Indicators', indicatorTable],
  ['explained', 'Looks odd, is explained', (summary) => list(summary.setAside)],
  ['checks', 'What was checked, and what was not', checkTable],
  ['custody', 'Custody and hashes', custodyTables],
];

/** One HTML file that needs nothing else: no script, no network (its policy forbids both), light and dark, printable. */
export function renderReport(summary: Summary): string {
  const body = html`<a class="skip" href="#what-happened">Skip to what happened</a>
<main><header>${summary.originNote === '' ? undefined : html`<p class="origin" role="note">${summary.originNote}</p>`}
<h1>Analysis of ${summary.host.name ?? 'a machine'}</h1>
<p class="verdict ${summary.assessment}">${summary.verdict}</p>${facts(summary)}
<nav aria-label="Sections"><ul>${SECTIONS.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav></header>
${SECTIONS.map(([id, title, render]) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${render(summary)}</section>`)}
</main>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
<title>${html`Analysis: ${summary.host.name ?? summary.assessment}`.source}</title>
<style>${Html.trusted(REPORT_STYLE).source}</style></head>
<body>${body.source}</body></html>
`;
}

function facts({ host, window, guardDutyFinding, generatedAt }: Summary): Html {
  const rows: readonly (readonly [string, string])[] = [
    [
      'Host',
      [host.name ?? 'not known', host.kernel === null ? '' : `kernel ${host.kernel}`]
        .filter((part) => part !== '')
        .join(', '),
    ],
    ...(guardDutyFinding === null
      ? []
      : ([
          [
            'Finding',
            `${guardDutyFinding.type}${guardDutyFinding.instance === null ? '' : ` on ${guardDutyFinding.instance}`}`,
          ],
        ] as const)),
    ['Attack window', window.from === null ? 'none' : `${window.from} to ${window.to}`],
    ['Made', generatedAt],
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function narrative({ narrative: sentences, story }: Summary): Html {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['What ran', story.ran],
    ['How it got in', story.entry],
    ['What it touched', story.touched],
    ['How it stays', story.persistence],
    ['What is not known', story.unknown],
  ];
  return html`${sentences.map((sentence) => html`<p>${sentence}</p>`)}${parts.map(([title, lines]) => (lines.length === 0 ? undefined : html`<h3>${title}</h3>${list(lines)}`))}`;
}

function list(lines: readonly string[]): Html {
  return lines.length === 0
    ? html`<p class="soft">Nothing.</p>`
    : html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}
