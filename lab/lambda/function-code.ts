import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';

/** The names a bundle sees as free variables; the order of the wrapper's parameters. */
export const SANDBOX_GLOBALS = [
  'exports',
  'require',
  '__import',
  'module',
  '__filename',
  '__dirname',
  'process',
  'global',
  'globalThis',
  'console',
  'Date',
  'Math',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'crypto',
  'fetch',
  'performance',
  'AbortSignal',
] as const;

export type SandboxGlobal = (typeof SANDBOX_GLOBALS)[number];
export type BundleMain = (...globals: unknown[]) => void;

/** A function's code as deployed: the folder, its digest, and the compiled wrapper. */
export interface FunctionCode {
  readonly folder: string;
  readonly codeSha256: string;
  /** Compiled when it is first asked for: most functions of an assembly are not invoked in most labs. */
  main(): BundleMain;
}

/** Every file under the folder, relative, in byte order of the path. */
function filesOf(folder: string, prefix = ''): string[] {
  return readdirSync(path.join(folder, prefix))
    .sort()
    .flatMap((name) => {
      const relative = path.posix.join(prefix, name);
      return statSync(path.join(folder, relative)).isDirectory() ? filesOf(folder, relative) : [relative];
    });
}

/**
 * Base64 SHA-256 that identifies the deployed code. Lambda's own CodeSha256 is that of the zip, whose bytes depend on the
 * archiver; this one is over the content alone: for each file in path order `path NUL size NUL bytes`. Equal content, equal
 * digest, on every machine.
 */
export function contentSha256(folder: string): string {
  const hash = createHash('sha256');
  for (const file of filesOf(folder)) {
    const bytes = readFileSync(path.join(folder, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('base64');
}

const compiled = new Map<string, FunctionCode>();

/** Compiles `index.js` of a bundle folder, once per process; V8's code cache is kept in `cacheFolder` between processes. */
export function loadFunctionCode(folder: string, cacheFolder: string): FunctionCode {
  const known = compiled.get(folder);
  if (known !== undefined) return known;
  const file = path.join(folder, 'index.js');
  if (!existsSync(file)) throw new Error(`${folder} holds no index.js: it is not the bundle of a function.`);
  let main: BundleMain | undefined;
  const code: FunctionCode = {
    folder,
    codeSha256: contentSha256(folder),
    main: () => {
      main ??= compile(file, cacheFolder);
      return main;
    },
  };
  compiled.set(folder, code);
  return code;
}

function isMain(value: unknown): value is BundleMain {
  return typeof value === 'function';
}

function compile(file: string, cacheFolder: string): BundleMain {
  const source = `(function (${SANDBOX_GLOBALS.join(', ')}) {${redirectImports(readFileSync(file, 'utf8'))}\n})`;
  const key = createHash('sha256').update(process.version).update(source).digest('hex').slice(0, 32);
  const cacheFile = path.join(cacheFolder, `${key}.v8`);
  const cached = existsSync(cacheFile) ? readFileSync(cacheFile) : undefined;
  const script = new Script(source, { filename: file, ...(cached === undefined ? {} : { cachedData: cached }) });
  const main: unknown = script.runInThisContext();
  if (!isMain(main)) throw new Error(`${file} did not compile to a function.`);
  if (cached === undefined || script.cachedDataRejected === true) uncached.set(cacheFile, script);
  return main;
}

/** Scripts that were compiled without V8's cache, by the file to keep it in. */
const uncached = new Map<string, Script>();

/**
 * Writes the caches that were missing. To be called when functions have run: a cache holds the functions compiled so far, and V8 compiles a
 * function when it is first called. One made at load time would leave out nearly everything.
 */
export function keepCompiledCode(): void {
  for (const [cacheFile, script] of uncached) keepCache(script, cacheFile);
  uncached.clear();
}

/**
 * `import("node:…")` in a CommonJS bundle goes past `require`, and vm can only redirect it behind an experimental flag: the call
 * is renamed as the text is loaded. The digest is of the text on disk.
 */
function redirectImports(text: string): string {
  return text.replace(/\bimport\((?=(["'`])[\w:/]+\1\))/g, '__import(');
}

/** Written beside and renamed, so that a process running at the same time never reads half a cache. */
function keepCache(script: Script, cacheFile: string): void {
  mkdirSync(path.dirname(cacheFile), { recursive: true });
  const draft = `${cacheFile}.${process.pid}`;
  writeFileSync(draft, script.createCachedData());
  renameSync(draft, cacheFile);
}
