import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const ROOMS = ['bot', 'core', 'handlers', 'infra', 'lab', 'bin', 'test'];

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly { readonly target: string; readonly typeOnly: boolean }[];
}

const files: readonly SourceFile[] = ROOMS.flatMap((room) => sources(join(ROOT, room)));
const byPath = new Map(files.map((file) => [file.path, file]));
const isTest = (path: string) => path.startsWith('test/');

/** Imports of `from` (path prefixes) that match `to`, as readable lines. */
function crossings(from: (path: string) => boolean, to: (target: string) => boolean): string[] {
  return files
    .filter((file) => from(file.path))
    .flatMap((file) => file.imports.filter(({ target }) => to(target)).map(({ target }) => `${file.path} → ${target}`));
}

describe('the rooms', () => {
  test('bot and handlers never import each other', () => {
    expect(
      crossings(
        (p) => p.startsWith('bot/'),
        (t) => t.startsWith('handlers/') && t !== 'handlers/entry',
      ),
    ).toEqual([]);
    expect(
      crossings(
        (p) => p.startsWith('handlers/'),
        (t) => t.startsWith('bot/'),
      ),
    ).toEqual([]);
  });

  test('nothing outside lab, bin and test imports the lab', () => {
    expect(
      crossings(
        (p) => !/^(lab|bin|test)\//.test(p),
        (t) => t.startsWith('lab/'),
      ),
    ).toEqual([]);
  });

  test('nothing but test and bin imports infra', () => {
    expect(
      crossings(
        (p) => !/^(infra|bin|test)\//.test(p),
        (t) => t.startsWith('infra/'),
      ),
    ).toEqual([]);
  });

  test('core imports no other room', () => {
    expect(
      crossings(
        (p) => p.startsWith('core/'),
        (t) => /^(bot|handlers|infra|lab|bin|test)\//.test(t),
      ),
    ).toEqual([]);
  });

  test('the domain of core knows no adapters', () => {
    const domain = (p: string) => p.startsWith('core/') && !p.startsWith('core/adapters/');
    expect(crossings(domain, (t) => t.startsWith('core/adapters/'))).toEqual([]);
  });

  test('ports import domain types only', () => {
    const offenders = files
      .filter((file) => file.path.startsWith('core/ports/'))
      .flatMap((file) =>
        file.imports.filter(({ typeOnly }) => !typeOnly).map(({ target }) => `${file.path} → ${target}`),
      );
    expect(offenders).toEqual([]);
  });

  test('adapters are imported only by entries, bin, lab and tests', () => {
    const allowed = (p: string) =>
      p.endsWith('.lambda.ts') || /^(bin|test|lab)\//.test(p) || p.startsWith('core/adapters/');
    expect(
      crossings(
        (p) => !allowed(p),
        (t) => t.startsWith('core/adapters/'),
      ),
    ).toEqual([]);
  });

  test('AWS clients are touched only in core/adapters/aws and the lab', () => {
    const allowed = (p: string) => p.startsWith('core/adapters/aws/') || p.startsWith('lab/') || isTest(p);
    expect(
      crossings(
        (p) => !allowed(p),
        (t) => t.startsWith('@aws-sdk/'),
      ),
    ).toEqual([]);
  });
});

describe('views', () => {
  const views = files.filter((file) => file.path.startsWith('bot/views/'));
  test('have no client, no await, no clock and no environment', () => {
    const offenders = views.filter((file) =>
      /\bawait\b|\basync\b|process\.env|Date\.now\(|new Date\(\)|WebClient\(/.test(file.text),
    );
    expect(offenders.map((file) => file.path)).toEqual([]);
  });
});

describe('every file', () => {
  test('has no default export', () => {
    const offenders = files.filter(
      (file) => /^export default /m.test(file.text) && !file.path.endsWith('vite.config.ts'),
    );
    expect(offenders.map((file) => file.path)).toEqual([]);
  });

  test('is no barrel', () => {
    expect(files.filter((file) => /\/index\.tsx?$/.test(file.path)).map((file) => file.path)).toEqual([]);
  });

  test('stays under 400 lines', () => {
    const long = files.filter((file) => !isTest(file.path) && file.text.split('\n').length > 401);
    expect(long.map((file) => file.path)).toEqual([]);
  });

  test('has a kebab-case name', () => {
    const odd = files.filter((file) => !/^[a-z0-9.-]+$/.test(file.path.split('/').at(-1) ?? ''));
    expect(odd.map((file) => file.path)).toEqual([]);
  });
});

test('there is no import cycle', () => {
  const colour = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (colour.get(path) === 'done') return;
    if (colour.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    colour.set(path, 'open');
    const file = byPath.get(path);
    for (const { target, typeOnly } of file?.imports ?? []) {
      const next = typeOnly ? undefined : resolved(target);
      if (next) visit(next, [...trail, path]);
    }
    colour.set(path, 'done');
  };
  for (const file of files) visit(file.path, []);
  expect(cycles).toEqual([]);
});

function resolved(target: string): string | undefined {
  return [`${target}.ts`, `${target}.tsx`, target].find((candidate) => byPath.has(candidate));
}

function sources(folder: string): SourceFile[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => read(join(entry.parentPath, entry.name)));
}

function read(file: string): SourceFile {
  const path = relative(ROOT, file);
  const text = readFileSync(file, 'utf8');
  const imports = [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[\s\S]*?\sfrom\s+)?'([^']+)'/gm)].map(
    (match) => ({
      target: target(path, match[2] ?? ''),
      typeOnly: match[1] !== undefined || onlyTypes(match[0]),
    }),
  );
  return { path, text, imports };
}

/** `import { type A, type B } from` brings in nothing at run time. */
function onlyTypes(statement: string): boolean {
  const names =
    /\{([\s\S]*)\}/
      .exec(statement)?.[1]
      ?.split(',')
      .filter((name) => name.trim() !== '') ?? [];
  return names.length > 0 && names.every((name) => name.trim().startsWith('type '));
}

function target(from: string, specifier: string): string {
  return specifier.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(from), specifier)) : specifier;
}
