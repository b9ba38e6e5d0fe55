import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadRulebook } from '../core/policy/load';
import { AssemblyError } from '../lab/assembly/assembly';
import { bare, DRILL_USAGE, type DrillArguments, readDrillArguments } from '../lab/drill/arguments';
import { type DrillOutcome, type DrillResult, runDrill } from '../lab/drill/drill';
import { writeOutputs } from '../lab/drill/outputs';
import type { CommandIo } from './io';
import { synthesize } from './synth-command';

/** The committed finding: what is drilled when none is named. */
export const DEFAULT_FINDING = join(resolve(__dirname, '..'), 'lab', 'scenarios', 'findings', 'bitcoin.json');

const EXIT: Readonly<Record<DrillOutcome, number>> = {
  stopped: 0,
  contained: 0,
  released: 0,
  aborted: 0,
  closed: 0,
  posted: 0,
  ignored: 0,
  unfinished: 1,
  refused: 3,
};

/** `cordon drill`: one EventBridge event through the whole system in virtual time. Exit codes as in CONTRACTS. */
export async function drillCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await drill(argv, io);
  } catch (error) {
    if (error instanceof AssemblyError) return refuse(io, error.message);
    throw error;
  }
}

async function drill(argv: readonly string[], io: CommandIo): Promise<number> {
  if (argv.includes('--help')) {
    io.stdout.write(DRILL_USAGE);
    return 0;
  }
  const wanted = readDrillArguments(argv);
  if (typeof wanted === 'string') return refuse(io, wanted);
  const event = readEvent(resolve(wanted.finding ?? DEFAULT_FINDING));
  if (typeof event === 'string') return refuse(io, event);
  const assembly = wanted.assembly === undefined ? await synthesize(io) : resolve(wanted.assembly);
  const problem =
    folderProblem(wanted) ?? stateProblem(wanted, assembly) ?? personProblem(wanted) ?? outProblem(wanted.out);
  if (problem !== undefined) return refuse(io, problem);
  const result = await runDrill({
    event,
    decisions: wanted.decisions,
    at: wanted.at,
    desk: {
      assembly,
      seed: String(wanted.seed),
      ...(wanted.evidence === undefined ? {} : { evidence: resolve(wanted.evidence) }),
    },
  });
  try {
    if (wanted.out !== undefined) writeOutputs(result, resolve(wanted.out));
    say(result, io);
    return EXIT[result.outcome];
  } finally {
    await result.desk.close();
  }
}

function refuse(io: CommandIo, sentence: string): number {
  io.stderr.write(`cordon drill: ${sentence}\n`);
  return 2;
}

/** The event, or the sentence that says why the file is none. */
export function readEvent(file: string): Readonly<Record<string, unknown>> | string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return `${file} cannot be read: name a JSON file with one EventBridge event.`;
  }
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return `${file} is not JSON: name a file with one EventBridge event.`;
  }
  const missing = envelopeProblem(event);
  return missing === undefined ? { ...Object(event) } : `${file} is no EventBridge event: ${missing}.`;
}

/** What the lab needs of an envelope to have a place and a time; everything else is for intake to judge. */
function envelopeProblem(event: unknown): string | undefined {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return 'it is not an object';
  const of = (name: string): unknown => Reflect.get(event, name);
  for (const name of ['account', 'region', 'time', 'source', 'detail-type']) {
    if (typeof of(name) !== 'string' || of(name) === '') return `"${name}" is missing`;
  }
  if (!/^[0-9]{12}$/.test(String(of('account')))) return '"account" is not twelve digits';
  if (Number.isNaN(Date.parse(String(of('time'))))) return '"time" is not a time';
  return typeof of('detail') === 'object' && of('detail') !== null ? undefined : '"detail" is missing';
}

function folderProblem({ evidence, assembly }: DrillArguments): string | undefined {
  const folder = (path: string) => existsSync(path) && statSync(path).isDirectory();
  if (evidence !== undefined && !folder(evidence)) return `--evidence ${evidence} is not a folder.`;
  if (assembly !== undefined && !existsSync(join(assembly, 'manifest.json'))) {
    return `--assembly ${assembly} holds no manifest.json: name a cdk.out folder, as "npm run synth" writes it.`;
  }
  return undefined;
}

/** Found out before the run: an incident that cannot be written down would be played for nothing. */
function outProblem(out: string | undefined): string | undefined {
  if (out === undefined) return undefined;
  try {
    mkdirSync(resolve(out), { recursive: true });
    accessSync(resolve(out), constants.W_OK);
    return undefined;
  } catch (error) {
    return `--out ${out} cannot be written (${String(Object(error).code)}): name a folder that can be made.`;
  }
}

/** States are those of the assembly's own machines. */
function stateProblem({ at }: DrillArguments, assembly: string): string | undefined {
  if (at.length === 0) return undefined;
  const names = stateNames(assembly);
  const unknown = at.find(({ state }) => ![...names].some((name) => bare(name) === bare(state)));
  if (unknown === undefined) return undefined;
  const shown = [...names]
    .filter((name) => !name.includes(':'))
    .sort()
    .join(', ');
  return `--at names no state "${unknown.state}". States: ${shown}.`;
}

function stateNames(assembly: string): ReadonlySet<string> {
  const names = new Set<string>();
  const { artifacts }: { artifacts: Record<string, { properties?: { templateFile?: string } }> } = JSON.parse(
    readFileSync(join(assembly, 'manifest.json'), 'utf8'),
  );
  for (const { properties } of Object.values(artifacts)) {
    if (!properties?.templateFile?.endsWith('.template.json')) continue;
    const text = readFileSync(join(assembly, properties.templateFile), 'utf8');
    // States stand in the definition's text as "Name":{"Type":…, with the quotes escaped inside the template.
    for (const [, name] of text.matchAll(/\\"([^"\\]+)\\":\{(?:\\"Next\\":\\"[^"\\]*\\",)?\\"Type\\":\\"/g))
      names.add(name ?? '');
    for (const [, name] of text.matchAll(/\\"(?:StartAt|Next|Default)\\":\\"([^"\\]+)\\"/g)) names.add(name ?? '');
  }
  return names;
}

function personProblem({ decisions, at }: DrillArguments): string | undefined {
  const persons = Object.keys(loadRulebook(resolve(__dirname, '..')).policy.persons);
  const unknown = [...decisions, ...at].find(({ person }) => person !== undefined && !persons.includes(person));
  return unknown && `policy.yaml knows no person "${unknown.person}". Persons: ${persons.join(', ')}.`;
}

function say({ outcome, reason, incident, notices, desk }: DrillResult, io: CommandIo): void {
  for (const message of desk.slack.workspace.messages) {
    if (message.channel === desk.channel) io.stderr.write(`${message.thread_ts ? '  ' : ''}${message.text}\n`);
  }
  for (const notice of notices) io.stderr.write(`notice: ${notice}\n`);
  io.stdout.write(`${JSON.stringify({ outcome, reason, incident: incident?.id ?? null })}\n`);
}
