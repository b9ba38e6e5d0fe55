import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * `cdk deploy` as the lab's runner has it: synthesizes the working folder with its own `infra/app.ts`, as the real one
 * does, and hands the assembly to the lab's CloudFormation in the name of the role that the job assumed.
 */
async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      'require-approval': { type: 'string' },
      'outputs-file': { type: 'string' },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
    },
  });
  if (positionals.join(' ') !== 'deploy' || !values.all) throw new Error('The lab has only "cdk deploy --all".');
  const assembly = join(process.cwd(), 'cdk.out');
  synthesize(assembly, values.context);
  const answer = await fetch(`${process.env.LAB_CLOUDFORMATION_URL}/deploy`, {
    method: 'POST',
    headers: { authorization: process.env.AWS_ACCESS_KEY_ID ?? '' },
    body: JSON.stringify({ assembly }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  const { changed, outputs }: { changed: readonly string[]; outputs: unknown } = JSON.parse(text);
  process.stdout.write(`Changed: ${changed.length === 0 ? 'nothing' : changed.join(', ')}\n`);
  if (values['outputs-file'] !== undefined) writeFileSync(values['outputs-file'], JSON.stringify(outputs, null, 2));
}

function synthesize(folder: string, given: readonly string[]): void {
  const { context }: { context?: Record<string, unknown> } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const extra = given.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const run = spawnSync(process.execPath, ['--import', 'tsx', join('infra', 'app.ts')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...Object.fromEntries(extra) }),
      JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1',
    },
  });
  if (run.status !== 0) throw new Error('The synthesis failed.');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
