import type { Summary } from '../summary-schema';
import { type Html, html } from './html';

type ProcessEntry = Summary['processes'][number];

/** Deeper nesting is cut: damaged data can claim anything. */
const DEEPEST = 40;

/** The process tree; suspects link to their first finding. Kernel threads are counted, not listed. */
export function processTree({ processes, findings }: Summary): Html {
  if (processes.length === 0) return html`<p class="soft">No process list was read.</p>`;
  const known = new Set(processes.map(({ pid }) => pid));
  const telling = new Set(findings.filter(({ confidence }) => confidence !== 'low').map(({ id }) => id));
  const children = new Map<number, ProcessEntry[]>();
  const threads = processes.filter(isKernelThread);
  for (const process of processes) {
    if (isKernelThread(process)) continue;
    const parent = known.has(process.ppid) && process.ppid !== process.pid ? process.ppid : 0;
    children.set(parent, [...(children.get(parent) ?? []), process]);
  }
  return html`${branch(0, children, telling, 0)}<p class="small soft">${threads.length} kernel threads are not shown.</p>`;
}

function isKernelThread({ pid, ppid, program, findings }: ProcessEntry): boolean {
  return (pid === 2 || ppid === 2) && program === null && findings.length === 0;
}

function branch(
  parent: number,
  children: ReadonlyMap<number, readonly ProcessEntry[]>,
  telling: ReadonlySet<string>,
  depth: number,
): Html {
  const here = children.get(parent) ?? [];
  if (here.length === 0 || depth > DEEPEST) return html``;
  return html`<ul class="tree">${here.map((process) => html`<li>${entry(process, telling)}${process.pid === 0 ? undefined : branch(process.pid, children, telling, depth + 1)}</li>`)}</ul>`;
}

function entry(process: ProcessEntry, telling: ReadonlySet<string>): Html {
  const first = process.findings.find((id) => telling.has(id));
  const label = html`${process.name || '(nameless)'} <span class="soft">${process.pid}</span>`;
  const args =
    process.args === null || process.args === process.name
      ? undefined
      : html` <code class="small">${process.args}</code>`;
  if (first !== undefined) return html`<a class="suspect" href="#${first}">${label}</a>${args}`;
  return html`${label}${args}${process.acquisition ? html` <span class="soft small">(memory acquisition)</span>` : undefined}`;
}
