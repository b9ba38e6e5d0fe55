import { resolve } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { BUNDLE_ALIASES } from '../../../bot/bundle-aliases';
import { bundleFunctions, ROOT } from '../../../infra/bundle';

export { ROOT };

/** The deployed bundles, made (or found) by the stack's own bundler. */
export const deployedBundles = (folder: string) => bundleFunctions(folder);

/** Bundles one entry as the stack would, with or without the slim aliases; for comparisons. */
export async function bundleEntry(
  entry: string,
  outfile: string,
  slim: boolean,
  more: BuildOptions = {},
): Promise<Metafile> {
  const alias = Object.fromEntries(
    Object.entries(BUNDLE_ALIASES).map(([name, path]) => [
      name,
      path.startsWith('.') ? resolve(ROOT, 'bot', path) : path,
    ]),
  );
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    keepNames: true,
    mainFields: ['module', 'main'],
    logLevel: 'error',
    ...(slim ? { alias } : {}),
    ...more,
    metafile: true,
  });
  return result.metafile;
}
