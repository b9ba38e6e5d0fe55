import { PassThrough } from 'node:stream';
import { synthesize } from '../../bin/synth-command';
import { type Assembly, readAssembly } from '../../lab/assembly/assembly';

let read: Promise<Assembly> | undefined;

/** The assembly of these very sources, read once per test process. `CORDON_ASSEMBLY` names another one. */
export function storyAssembly(): Promise<Assembly> {
  read ??= assemblyFolder().then((folder) => readAssembly(folder));
  return read;
}

async function assemblyFolder(): Promise<string> {
  return process.env.CORDON_ASSEMBLY ?? synthesize({ stdout: new PassThrough(), stderr: new PassThrough() });
}
