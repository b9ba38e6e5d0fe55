import { type BuildOptions, build, type Metafile } from 'esbuild';
import { bundleFunctions, ROOT, slimEdge } from '../../../infra/bundle';

export { ROOT };

/** The deployed bundles, made (or found) by the stack's own bundler. */
export const deployedBundles = (folder: string) => bundleFunctions(folder);

/** Bundles one entry as the stack would, slim as the edge or whole; for comparisons. */
export async function bundleEntry(
  entry: string,
  outfile: string,
  slim: boolean,
  more: BuildOptions = {},
): Promise<Metafile> {
  const edge = slim ? slimEdge() : {};
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    mainFields: ['module', 'main'],
    logLevel: 'error',
    ...edge,
    ...more,
    plugins: [...(edge.plugins ?? []), ...(more.plugins ?? [])],
    metafile: true,
  });
  return result.metafile;
}
