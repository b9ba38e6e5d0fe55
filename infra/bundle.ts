import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { keptFolder } from '../bin/kept-folder';
import { sourcesDigest } from '../bin/sources-digest';
import { BUNDLE_ALIASES, LEFT_OUT } from '../bot/bundle-aliases';
import { rulebookPlugin } from './rulebook-plugin';
import { sdkSchemasPlugin } from './sdk-schemas-plugin';

/** The repository's root: bundles are named by paths relative to it. */
export const ROOT = resolve(__dirname, '..');

/** Rooms whose entries become functions; `lab/` and `infra/` never ship. */
const ROOMS = ['bot', 'handlers'];

/** `handlers/isolate-instance.lambda.ts` → `isolate-instance`. */
export function functionName(entry: string): string {
  return basename(entry, '.lambda.ts');
}

/** Every `*.lambda.ts`, relative to the root, sorted: exactly the functions of the template. */
export function lambdaEntries(): readonly string[] {
  return ROOMS.flatMap((room) => sourcesUnder(join(ROOT, room)))
    .filter((file) => file.endsWith('.lambda.ts'))
    .map((file) => relative(ROOT, file))
    .sort();
}

/**
 * Bundles every function in one esbuild call: `<room>/<digest>/<name>/index.js`. One call shares the parse of the SDK
 * between forty entries; nothing is made anew while sources and lockfile are the same. Returns each function's folder.
 */
export async function bundleFunctions(room: string): Promise<ReadonlyMap<string, string>> {
  const entries = lambdaEntries();
  const isEdge = (entry: string) => entry === 'bot/slack.lambda.ts';
  const folder = await keptFolder(room, sourcesDigest(), async (outDir) => {
    const rest = entries.filter((entry) => !isEdge(entry));
    const results = await Promise.all([
      bundle(rest, outDir, { keepNames: true }),
      bundle(entries.filter(isEdge), outDir, slimEdge()),
    ]);
    results.forEach((metafile, i) => {
      writeFileSync(join(outDir, `meta-${i}.json`), JSON.stringify(metafile));
    });
  });
  return new Map(entries.map((entry) => [functionName(entry), join(folder, functionName(entry))]));
}

async function bundle(entries: readonly string[], outDir: string, more: BuildOptions): Promise<Metafile> {
  const result = await build({
    ...more,
    absWorkingDir: ROOT,
    entryPoints: entries.map((entry) => ({ in: entry, out: join(functionName(entry), 'index') })),
    outdir: outDir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    mainFields: ['module', 'main'],
    plugins: [rulebookPlugin, sdkSchemasPlugin, ...(more.plugins ?? [])],
    logLevel: 'error',
    metafile: true,
  });
  return result.metafile;
}

/**
 * What makes the edge start fast: packages Bolt imports and our edge never reaches are replaced (bot/bundle-aliases.ts), and
 * names of functions are not kept: errors there carry theirs as a property.
 */
export function slimEdge(): BuildOptions {
  const alias = Object.entries(BUNDLE_ALIASES).map(([name, path]) => [
    name,
    path.startsWith('.') ? resolve(ROOT, 'bot', path) : path,
  ]);
  return { alias: Object.fromEntries(alias), plugins: [leftOutPlugin] };
}

const leftOutPlugin: Plugin = {
  name: 'left-out',
  setup(context) {
    const contents = readFileSync(join(ROOT, 'bot', 'slim', 'empty.ts'), 'utf8');
    context.onLoad({ filter: LEFT_OUT }, () => ({ contents, loader: 'ts' }));
  },
};

function sourcesUnder(folder: string): string[] {
  return listFiles(folder).filter((file) => !file.endsWith('.md'));
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
