import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * `cdk deploy --all`, `cdk diff --all` and `cdk drift` as the lab's runner has them: synthesizes the working folder with its own
 * `infra/app.ts`, as the real ones do, and asks the lab's CloudFormation in the name of the role whose keys the job holds.
 */
async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      fail: { type: 'boolean', default: false },
      'require-approval': { type: 'string' },
      'outputs-file': { type: 'string' },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
    },
  });
  const wanted = `${positionals.join(' ')}${values.all ? ' --all' : ''}`;
  const assembly = join(process.cwd(), 'cdk.out');
  switch (wanted) {
    case 'deploy --all':
      synthesize(assembly, values.context);
      return deployed(await ask('deploy', { assembly }), values['outputs-file']);
    case 'diff --all':
      // What is checked here was checked by the deploy.
      synthesize(assembly, values.context, { CDK_VALIDATION: 'false' });
      return told(await ask('diff', { assembly }), values.fail);
    case 'drift':
      return told(await ask('drift', {}), values.fail);
    default:
      throw new Error(`The lab has "cdk deploy --all", "cdk diff --all" and "cdk drift", not "cdk ${wanted}".`);
  }
}

async function ask(what: string, body: object): Promise<string> {
  const answer = await fetch(`${process.env.LAB_CLOUDFORMATION_URL}/${what}`, {
    method: 'POST',
    headers: { authorization: process.env.AWS_ACCESS_KEY_ID ?? '' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

function deployed(text: string, file: string | undefined): void {
  const { changed, outputs }: { changed: readonly string[]; outputs: unknown } = JSON.parse(text);
  process.stdout.write(`Changed: ${changed.length === 0 ? 'nothing' : changed.join(', ')}\n`);
  if (file !== undefined) writeFileSync(file, JSON.stringify(outputs, null, 2));
}

/** With `--fail` a difference is exit 1, as an error is. */
function told(text: string, fail: boolean): void {
  process.stdout.write(`${text === '' ? 'There were no differences' : text}\n`);
  if (fail && text !== '') process.exitCode = 1;
}

function synthesize(folder: string, given: readonly string[], environment: NodeJS.ProcessEnv = {}): void {
  const { context }: { context?: Record<string, unknown> } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const extra = given.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const run = spawnSync(process.execPath, ['--import', 'tsx', join('infra', 'app.ts')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...environment,
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
