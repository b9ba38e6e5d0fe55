import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeError, Refusal } from '../core/errors';
import { parseFindingEvent } from '../core/incident/finding';
import { personKey } from '../core/incident/ids';
import { type Explanation, explain, type GateExplanation } from '../core/policy/explain';
import { loadRulebook } from '../core/policy/load';
import type { Rulebook } from '../core/policy/rulebook';
import type { CommandIo } from './io';

const USAGE = 'cordon policy check | explain --finding F.json --as PERSON [--json]';
const ROOT = resolve(__dirname, '..');

/** `cordon policy`: exit 0 good, 1 the policy is wrong, 2 asked wrongly. `root` is where runbooks/ lies. */
export async function policyCommand(argv: readonly string[], io: CommandIo, root = ROOT): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb === '--help' || verb === '-h') {
    io.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (verb === 'check' && rest.length === 0) return check(io, root);
  if (verb === 'explain') return explainTo(rest, io, root);
  return refuse(io, `Usage: ${USAGE}`);
}

function refuse(io: CommandIo, problem: string): number {
  io.stderr.write(`cordon policy: ${problem}\n`);
  return 2;
}

function check(io: CommandIo, root: string): number {
  const rulebook = load(io, root);
  if (rulebook === undefined) return 1;
  const { policy, playbooks } = rulebook;
  const persons = Object.keys(policy.persons).length;
  const roles = Object.keys(policy.roles).length;
  io.stdout.write(
    `policy.yaml holds: ${persons} persons, ${roles} roles. Playbooks, in order: ${playbooks.map((p) => p.name).join(', ')}.\n`,
  );
  return 0;
}

function load(io: CommandIo, root: string): Rulebook | undefined {
  try {
    return loadRulebook(root);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    io.stderr.write(`cordon policy: ${error.message}\n`);
    return undefined;
  }
}

async function explainTo(argv: readonly string[], io: CommandIo, root: string): Promise<number> {
  const asked = readArguments(argv);
  if (typeof asked === 'string') return refuse(io, asked);
  const rulebook = load(io, root);
  if (rulebook === undefined) return 1;
  if (!Object.hasOwn(rulebook.policy.persons, asked.as))
    return refuse(io, `policy.yaml knows no ${asked.as}. It knows ${Object.keys(rulebook.policy.persons).join(', ')}.`);
  try {
    const event: unknown = JSON.parse(await readFile(asked.finding, 'utf8'));
    const explanation = explain(rulebook, parseFindingEvent(event).finding, personKey(asked.as));
    io.stdout.write(asked.json ? `${JSON.stringify(explanation)}\n` : inWords(explanation, asked.as));
    return 0;
  } catch (error) {
    return refuse(io, `${asked.finding}: ${describeError(error).message.split('\n')[0]}`);
  }
}

interface Asked {
  readonly finding: string;
  readonly as: string;
  readonly json: boolean;
}

function readArguments(argv: readonly string[]): Asked | string {
  try {
    const options = { finding: { type: 'string' }, as: { type: 'string' }, json: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: [...argv], options });
    const { finding, as, json } = values;
    if (finding === undefined || as === undefined) return `Say which finding and as whom: ${USAGE}`;
    return { finding, as, json: json === true };
  } catch (error) {
    return `${describeError(error).message} Usage: ${USAGE}`;
  }
}

function inWords(explanation: Explanation, person: string): string {
  const { playbook, action, why, roles, gates } = explanation;
  const head = [
    `Playbook ${playbook}: ${action} (${why}).`,
    `${person} ${roles.length === 0 ? 'has no role' : `is ${roles.join(' and ')}`}.`,
  ];
  return [...head, ...gates.map((gate) => gateInWords(gate, person)), ''].join('\n');
}

function gateInWords(gate: GateExplanation, person: string): string {
  const decides =
    gate.mode === 'auto'
      ? 'passes by itself'
      : `asks ${gate.quorum} of ${gate.could.length} (${gate.could.join(', ')}; role ${gate.role}), for ${gate.expiresMinutes} min`;
  return `  ${gate.gate}: ${decides}; ${person} ${gate.you.allowed ? 'may' : 'may not'} answer (${gate.you.why}).`;
}
