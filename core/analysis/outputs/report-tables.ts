import type { Summary, SummaryFinding } from '../summary-schema';
import { type Html, type HtmlValue, html } from './html';

function table(label: string, heads: readonly string[], rows: readonly (readonly HtmlValue[])[]): Html {
  if (rows.length === 0) return html`<p class="soft">None.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** One finding with its evidence, and what would make it a false alarm. */
export function findingDetails(finding: SummaryFinding, { checked }: Summary): Html {
  const harmless = checked.find(({ detector }) => detector === finding.detector)?.falsePositives;
  return html`<details id="${finding.id}"><summary><span class="${finding.confidence}">${finding.confidence}</span> ${finding.title} <span class="soft small">${finding.technique}</span></summary>
<p class="small">${finding.because}. <span class="soft">Detector ${finding.detector}${finding.at === null ? '' : `, at ${finding.at}`}.</span></p>
${harmless === undefined ? '' : html`<p class="small"><span class="soft">What would make it a false alarm:</span> ${harmless}</p>`}
${finding.evidence.map(({ file, line, text }) => html`<p class="small soft"><code>${file}</code>, line ${line}</p><pre>${text}</pre>`)}</details>`;
}

export function socketTable({ sockets }: Summary): Html {
  const rows = sockets.map((socket) => [
    socket.suspect ? html`<span class="high">suspect</span>` : socket.otherNamespace ? 'other namespace' : '',
    `${socket.protocol} ${socket.state}`,
    html`<code>${socket.local}</code>`,
    html`<code>${socket.remote}</code>`,
    `${socket.process} (${socket.pid})`,
    socket.inheritedBy.length === 0 ? '' : socket.inheritedBy.join(', '),
  ]);
  return table('Sockets', ['', 'Protocol', 'Local', 'Remote', 'Process', 'Inherited by'], rows);
}

const CONTENT = {
  whole: 'whole: can be carved',
  none: 'nothing left',
  unknown: 'not known',
  fragments: 'fragments',
} as const;
const KNOWN = {
  'orphan-inode': 'its inode (deleted while open)',
  'deleted-name': 'its name (fls -rd)',
  command: 'a typed command',
  'page-cache': 'the page cache',
  'text-only': 'text in unallocated blocks',
} as const;

export function deletedTable({ deleted, recovered }: Summary): Html {
  const lost = deleted.map(({ name, inode, known, content, bytes, at, finding }) => [
    html`<a href="#${finding}">${name}</a>`,
    inode ?? '',
    at ?? '',
    KNOWN[known],
    CONTENT[content],
    bytes ?? '',
  ]);
  const found = recovered.map(({ name, inode, bytes, sha256 }) => [
    html`<code>${name}</code>`,
    inode ?? '',
    bytes,
    html`<code>${sha256}</code>`,
  ]);
  return html`<h3>Deleted</h3>${table('Deleted files', ['File', 'Inode', 'When', 'Known from', 'Content', 'Bytes'], lost)}
<h3>Recovered</h3>${table('Recovered files', ['File', 'Inode', 'Bytes', 'SHA-256'], found)}`;
}

export function indicatorTable({ indicators }: Summary): Html {
  const rows = indicators.map(({ type, value, why, confidence }) => [
    type,
    html`<code>${value}</code>`,
    why,
    html`<span class="${confidence}">${confidence}</span>`,
  ]);
  return table('Indicators', ['Kind', 'Value', 'Why', 'Confidence'], rows);
}

export function checkTable({ checked, notChecked }: Summary): Html {
  const ran = checked.map(({ looked, technique, inputs, found, limits, falsePositives }) => [
    looked,
    technique,
    found === 0 ? 'nothing found' : `${found}`,
    inputs.join(', '),
    limits.join('; '),
    falsePositives,
  ]);
  const missing = notChecked.map(({ looked, why }) => [looked, why]);
  return html`${table('Checks that ran', ['Looked for', 'Technique', 'Found', 'Rested on', 'Limits', 'What would be a false alarm'], ran)}
<h3>Not checked</h3>${table('Checks that could not run', ['Would have looked for', 'Why not'], missing)}`;
}

export function custodyTables({ inputs, custody, problems }: Summary): Html {
  const files = inputs.map(({ file, bytes, sha256 }) => [
    html`<code>${file}</code>`,
    bytes ?? '',
    html`<code>${sha256}</code>`,
  ]);
  const rows = custody.map(({ path, sha256, bytes, tool, at, actor }) => [
    html`<code>${path}</code>`,
    bytes ?? '',
    tool,
    at,
    actor,
    html`<code>${sha256}</code>`,
  ]);
  const unread = problems.first.map(({ file, line, problem }) => [
    html`<code>${file}</code>`,
    line === 0 ? 'whole file' : line,
    problem,
  ]);
  return html`${rows.length === 0 ? html`<p class="soft">No custody record came with this evidence; these are the files as they were read.</p>` : table('Custody', ['Artefact', 'Bytes', 'Tool', 'When', 'By', 'SHA-256'], rows)}
<h3>Files read</h3>${table('Files read and their hashes', ['File', 'Bytes', 'SHA-256'], files)}
<h3>Lines that could not be read (${problems.total})</h3>${table('Unreadable lines', ['File', 'Line', 'Problem'], unread)}`;
}
