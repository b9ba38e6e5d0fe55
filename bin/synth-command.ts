import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BadCdkJson, parseCdkJson } from './cdk-json';
import type { CommandIo } from './io';
import { keptFolder } from './kept-folder';
import { sourcesDigest } from './sources-digest';

const ROOT = resolve(__dirname, '..');
/** Where `npm run synth` writes. */
const CDK_OUT = join(ROOT, 'cdk.out');
const KEPT = join(ROOT, '.cache', 'assemblies');

/** `cordon synth [--if-changed]`: writes cdk.out/ with no network and no account, checked by CDK's own rules. */
export async function synthCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [option, ...rest] = argv;
  if ((option !== undefined && option !== '--if-changed') || rest.length > 0) {
    io.stderr.write(`synth takes only --if-changed; got "${argv.join(' ')}".\n`);
    return 2;
  }
  try {
    io.stdout.write(`${option === '--if-changed' ? await synthesize(io, { validate: true }) : await afresh()}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof BadCdkJson)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function afresh(): Promise<string> {
  rmSync(CDK_OUT, { recursive: true, force: true });
  // CDK's own checks of the templates, unless the environment says that somebody else has run them.
  await synthesizeInto(CDK_OUT, process.env.CDK_VALIDATION !== 'false');
  return CDK_OUT;
}

/**
 * The assembly of these very sources for the lab, synthesized unless it is kept already: bound to no account, since the lab
 * goes where the finding is. Runs as its own process: CDK's types and memory stay out of ours. CDK's own checks of the templates take two thirds of the time: only when asked.
 * Returns the folder; throws one sentence when CDK fails.
 */
export async function synthesize(io: CommandIo, options: SynthesisOptions = {}): Promise<string> {
  return keptFolder(KEPT, digestOf(options.context), async (folder) => {
    if (io.stderr.isTTY) io.stderr.write('Synthesizing the stacks …\n');
    const unbound = { account: undefined, region: undefined, ...options.context };
    await synthesizeInto(folder, options.validate === true, unbound);
  });
}

export interface SynthesisOptions {
  readonly validate?: boolean;
  /** Beside the context of cdk.json, and stronger. */
  readonly context?: Readonly<Record<string, unknown>>;
}

function digestOf(context: SynthesisOptions['context']): string {
  const sources = sourcesDigest();
  if (context === undefined) return sources;
  return createHash('sha256').update(sources).update(JSON.stringify(context)).digest('hex');
}

function synthesizeInto(folder: string, validate: boolean, context: SynthesisOptions['context'] = {}): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'infra', 'app.ts')], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        CDK_OUTDIR: folder,
        CDK_CONTEXT_JSON: contextJson(context),
        CDK_VALIDATION: String(validate),
        JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1',
      },
    });
    const said: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    child.on('error', fail);
    child.on('close', (code) => {
      const text = Buffer.concat(said).toString('utf8').trim();
      if (code === 0) done();
      else fail(code === 2 ? new BadCdkJson(text) : new Error(`Synthesis failed: ${text}`));
    });
  });
}

/** cdk.json's context, as the CDK CLI would hand it over. */
function contextJson(given: Readonly<Record<string, unknown>>): string {
  const { context } = parseCdkJson(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  return JSON.stringify({ ...context, ...given });
}
