import { GATES, type GateName, isStepGate, STEPS, type StepName } from '../../core/incident/steps';

/** What the persons of the lab answer at one gate. */
export interface PlannedDecision {
  readonly gate: GateName;
  readonly decision: 'approve' | 'reject' | 'retry' | 'skip' | 'abort';
  /** A person key of policy.yaml who answers alone; undefined: as many eligible persons as the quorum asks. */
  readonly person?: string;
}

/** A verb issued as a state is entered. */
export interface PlannedCommand {
  readonly state: string;
  /** What is typed after `/ir`. */
  readonly text: string;
  readonly person?: string;
}

export interface DrillArguments {
  readonly finding?: string;
  readonly decisions: readonly PlannedDecision[];
  readonly at: readonly PlannedCommand[];
  readonly evidence?: string;
  readonly assembly?: string;
  readonly realScripts: boolean;
  readonly seed: number;
  readonly out?: string;
}

export const DRILL_USAGE = `cordon drill [--finding F.json] [--decide GATE=approve|reject[@PERSON]]… [--at STATE "VERB …"[@PERSON]]…
             [--evidence DIR] [--assembly DIR] [--real-scripts] [--seed N] [--out DIR]
`;

const GATE_LIST = [...GATES, 'failed:STATE'].join(', ');

/** Reads the words after `cordon drill`; a string is the one sentence that says what is wrong with them. */
export function readDrillArguments(argv: readonly string[]): DrillArguments | string {
  const words = [...argv];
  const decisions: PlannedDecision[] = [];
  const at: PlannedCommand[] = [];
  const single: { finding?: string; evidence?: string; assembly?: string; out?: string } = {};
  let seed = 1;
  let realScripts = false;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--real-scripts') {
      realScripts = true;
      continue;
    }
    const value = words.shift();
    if (value === undefined) return `${word} needs a value. Usage: ${DRILL_USAGE.trim()}`;
    if (word === '--finding' || word === '--evidence' || word === '--assembly' || word === '--out') {
      single[word.slice(2) as keyof typeof single] = value;
    } else if (word === '--seed') {
      if (!/^[0-9]{1,9}$/.test(value)) return `--seed takes a whole number up to nine digits; got "${value}".`;
      seed = Number(value);
    } else if (word === '--decide') {
      const decision = readDecision(value);
      if (typeof decision === 'string') return decision;
      decisions.push(decision);
    } else if (word === '--at') {
      const command = readCommand(value, words.shift());
      if (typeof command === 'string') return command;
      at.push(command);
    } else {
      return `drill has no option "${word}". Usage: ${DRILL_USAGE.trim()}`;
    }
  }
  return { ...single, decisions, at, realScripts, seed };
}

function readDecision(text: string): PlannedDecision | string {
  const match = /^(.+?)=([a-z]+)(?:@([\w.-]+))?$/i.exec(text);
  const [, name = '', word = '', person] = match ?? [];
  if (!match) return `--decide takes GATE=approve or GATE=reject, with @PERSON if one alone answers; got "${text}".`;
  const gate = parseGate(name);
  if (gate === undefined) return `--decide names no gate "${name}". Gates: ${GATE_LIST}.`;
  const decision = parseDecision(gate, word.toLowerCase());
  if (decision === undefined) {
    const choices = isStepGate(gate) ? 'approve or reject' : 'approve (retry), skip or abort';
    return `Gate ${gate} takes ${choices}; got "${word}".`;
  }
  return { gate, decision, ...(person === undefined ? {} : { person }) };
}

function parseDecision(gate: GateName, word: string): PlannedDecision['decision'] | undefined {
  if (isStepGate(gate)) return word === 'approve' || word === 'reject' ? word : undefined;
  if (word === 'approve' || word === 'retry') return 'retry';
  return word === 'skip' || word === 'abort' ? word : undefined;
}

/** `stop`, `failed:Capture memory`, and the same without spaces or capitals: `failed:capture-memory`. */
export function parseGate(name: string): GateName | undefined {
  const lower = name.trim().toLowerCase();
  if (isStepGate(lower)) return lower;
  if (!lower.startsWith('failed:')) return undefined;
  const step = parseStep(lower.slice('failed:'.length));
  return step === undefined ? undefined : `failed:${step}`;
}

function parseStep(name: string): StepName | undefined {
  const wanted = bare(name);
  return (Object.keys(STEPS) as StepName[]).find((step) => bare(step) === wanted);
}

/** A state's name without spaces, marks and capitals, as people type it. */
export function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function readCommand(state: string, quoted: string | undefined): PlannedCommand | string {
  if (quoted === undefined)
    return `--at takes a state and a verb, as in --at Collect "forensics pause"; got only "${state}".`;
  // `owner @dave` names whom it is about; `"owner dave"@carol`, and `@carol` after any other verb, who says it.
  const about = /^(?:\/ir\s+)?owner\s+@[\w.-]+$/i.test(quoted.trim());
  const match = about ? undefined : /^(.*?)(?:@([\w.-]+))?$/.exec(quoted.trim());
  const [, text = quoted, person] = match ?? [];
  if (text.trim() === '') return `--at ${state} names no verb: say what is typed after /ir, as in "forensics pause".`;
  return { state, text: text.trim(), ...(person === undefined ? {} : { person }) };
}
