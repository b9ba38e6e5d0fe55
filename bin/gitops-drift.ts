import { spawnSync } from 'node:child_process';
import { type Drifted, driftSentence, readDrift } from '../core/gitops/drift';
import { parseCdkJson } from './cdk-json';

/** One command of CDK's: what it printed, and how it ended. */
export type RunCdk = (args: readonly string[]) => { readonly exit: number; readonly output: string };

/** Templates against main, then resources against their templates. Both end with 1 when something differs, and on an error. */
const QUESTIONS = [
  ['diff', '--all', '--fail'],
  ['drift', '--fail'],
] as const;

/**
 * Asks CDK whether what runs is what main says. Returns what a person should read, or undefined when all is as it should be.
 * @throws Error when CDK could not say: a failure that names no difference
 */
export function findDrift(run: RunCdk, print: (text: string) => void): string | undefined {
  const found: Drifted[] = [];
  for (const question of QUESTIONS) {
    const { exit, output } = run(question);
    print(output);
    const named = readDrift(output);
    if (exit !== 0 && named.length === 0) throw new Error(`cdk ${question[0]} could not say: its output is above.`);
    if (exit !== 0) found.push(...named);
  }
  return driftSentence([...new Map(found.map((each) => [`${each.stack}/${each.id}`, each])).values()]);
}

/** The CDK of this project, as somebody whose keys are in these environment variables. */
export function projectCdk(keys: Readonly<Record<string, string>>): RunCdk {
  return (args) => {
    const env = { ...process.env, ...keys };
    const run = spawnSync('npx', ['cdk', ...args], { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    return { exit: run.status ?? 1, output: `${run.stdout ?? ''}${run.stderr ?? ''}` };
  };
}

/** Qualifier of the CDK bootstrap: cdk.json's, or CDK's own. */
export function qualifierIn(cdkJson: string): string {
  const { bootstrapQualifier: given } = parseCdkJson(cdkJson).context ?? {};
  return typeof given === 'string' ? given : 'hnb659fds';
}
