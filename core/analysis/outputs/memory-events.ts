import { plainText } from '../../text';
import type { Host } from '../detect/host';
import type { SummaryFinding } from '../summary-schema';

/** Something that memory dates: a typed command, a process's start, the finding itself. */
export interface MemoryEvent {
  /** Unix milliseconds. */
  readonly at: number;
  readonly message: string;
  readonly meaning: string;
  readonly dataType: string;
  readonly pid: number | undefined;
  readonly tags: readonly string[];
}

/** Events of memory in order of time. Times that only say when a shell read its history file are left out. */
export function memoryEvents(host: Host, tags: ReadonlyMap<string, readonly string[]>): readonly MemoryEvent[] {
  const commands = host.memory.commands.flatMap(({ at, pid, process, command, source }) =>
    at === undefined
      ? []
      : [
          event(
            at,
            `${process} (pid ${pid}): ${command}`,
            'Command typed',
            'memory:linux:bash',
            pid,
            tags.get(`${source.file}:${source.line}`),
          ),
        ],
  );
  const starts = [...host.processes.values()].flatMap(({ startedAt, pid, comm, args, source }) =>
    startedAt === undefined
      ? []
      : [
          event(
            startedAt,
            `${comm} (pid ${pid}) started: ${args ?? ''}`,
            'Process start',
            'memory:linux:process',
            pid,
            tags.get(`${source.file}:${source.line}`),
          ),
        ],
  );
  const seen = host.finding;
  const finding = [seen?.firstSeen, seen?.lastSeen].flatMap((at) =>
    at === undefined
      ? []
      : [event(at, `GuardDuty saw ${seen?.type}`, 'Finding seen', 'guardduty:finding', undefined, undefined)],
  );
  return [...commands, ...starts, ...finding].sort((a, b) => a.at - b.at);
}

function event(
  at: number,
  message: string,
  meaning: string,
  dataType: string,
  pid: number | undefined,
  tags: readonly string[] | undefined,
): MemoryEvent {
  return { at, message: plainText(message), meaning, dataType, pid, tags: tags ?? [] };
}

/** Ids of findings by the evidence line they rest on, `file:line`. */
export function tagsByLine(findings: readonly SummaryFinding[]): ReadonlyMap<string, readonly string[]> {
  const tags = new Map<string, string[]>();
  for (const { id, evidence } of findings) {
    for (const { file, line } of evidence) tags.set(`${file}:${line}`, [...(tags.get(`${file}:${line}`) ?? []), id]);
  }
  return tags;
}
