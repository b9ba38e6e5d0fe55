import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CommandIo } from './io';

const ROOT = resolve(__dirname, '..');
/** Where the assembly lies unless told otherwise. */
export const ASSEMBLY = join(ROOT, 'cdk.out');

/** `cordon synth [--if-changed]`: writes cdk.out/ with no network and no account. */
export async function synthCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [option, ...rest] = argv;
  if ((option !== undefined && option !== '--if-changed') || rest.length > 0) {
    io.stderr.write(`synth takes only --if-changed; got "${argv.join(' ')}".\n`);
    return 2;
  }
  const folder = await synthesize(io, { force: option === undefined, validate: true });
  io.stdout.write(`${folder}\n`);
  return 0;
}

export interface SynthesisOptions {
  /** Even when cdk.out is of these sources. */
  readonly force?: boolean;
  /** CDK's own checks of the templates: two thirds of the time of a synthesis. */
  readonly validate?: boolean;
}

/**
 * Synthesizes unless cdk.out is already of these very sources (digest beside it). Runs as its own process: CDK's
 * types and memory stay out of ours. Returns the folder; throws one sentence when CDK fails.
 */
export async function synthesize(io: CommandIo, options: SynthesisOptions = {}): Promise<string> {
  const { sourcesDigest } = await import('./sources-digest');
  const stamp = join(ROOT, '.cache', 'assembly-digest');
  const digest = sourcesDigest();
  const current =
    existsSync(stamp) && existsSync(join(ASSEMBLY, 'manifest.json')) && readFileSync(stamp, 'utf8') === digest;
  if (current && !options.force) return ASSEMBLY;
  if (io.stderr.isTTY) io.stderr.write('Synthesizing the stacks …\n');
  rmSync(stamp, { force: true });
  rmSync(ASSEMBLY, { recursive: true, force: true });
  await run(process.execPath, ['--import', 'tsx', join(ROOT, 'infra', 'app.ts')], options.validate === true);
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  writeFileSync(stamp, digest);
  return ASSEMBLY;
}

function run(command: string, args: readonly string[], validate: boolean): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        CDK_OUTDIR: ASSEMBLY,
        CDK_CONTEXT_JSON: contextJson(),
        CDK_VALIDATION: String(validate),
        JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1',
      },
    });
    const said: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`Synthesis failed: ${Buffer.concat(said).toString('utf8').trim()}`));
    });
  });
}

/** cdk.json's context, as the CDK CLI would hand it over. */
function contextJson(): string {
  const { context }: { context?: Record<string, unknown> } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  return JSON.stringify(context ?? {});
}
