import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      dependencies: z.array(z.string()).optional(),
      properties: z
        .object({ templateFile: z.string().optional(), stackName: z.string().optional() })
        .loose()
        .optional(),
    }),
  ),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});

const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema).default({}),
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() }).loose()).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }).loose())
    .default({}),
});

export type Template = z.output<typeof templateSchema>;
export type TemplateResource = z.output<typeof resourceSchema>;

/** One stack of a synthesized app, as cdk.out has it: intrinsics unresolved. */
export interface Stack {
  readonly name: string;
  /** Undefined where the stack is not bound to one: it goes wherever it is deployed. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly template: Template;
}

/** A cloud assembly read from disk. */
export interface Assembly {
  readonly folder: string;
  /** In order of dependency: a stack comes after those whose exports it imports. */
  readonly stacks: readonly Stack[];
  /** Folder or file of an asset, by the key under which a template refers to it. */
  readonly assets: ReadonlyMap<string, string>;
}

/** Says in one sentence why a folder is not a usable cloud assembly. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}

/** Reads `cdk.out`. @throws AssemblyError naming the file that is missing or malformed. */
export function readAssembly(folder: string): Assembly {
  const manifest = parse(path.join(folder, 'manifest.json'), manifestSchema);
  const artifacts = Object.entries(manifest.artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const ordered = inOrder(artifacts.map(([id, { dependencies }]) => ({ id, after: dependencies ?? [] })));
  const stacks = ordered.map((id): Stack => {
    const { properties, environment } = manifest.artifacts[id] ?? {};
    const [account, region] = (environment ?? '').replace('aws://', '').split('/');
    const known = (value: string | undefined): string | undefined =>
      value?.startsWith('unknown-') ? undefined : value;
    const template = parse(path.join(folder, properties?.templateFile ?? `${id}.template.json`), templateSchema);
    return { name: properties?.stackName ?? id, account: known(account), region: known(region), template };
  });
  if (stacks.length === 0) throw new AssemblyError(`${folder} holds no stack: run the synthesis first.`);
  const assets = new Map(ordered.flatMap((id) => readAssets(folder, id)));
  return { folder, stacks, assets };
}

function readAssets(folder: string, artifact: string): [string, string][] {
  const file = path.join(folder, `${artifact}.assets.json`);
  if (!existsSync(file)) return [];
  return Object.values(parse(file, assetsSchema).files).flatMap(({ source, destinations }) => {
    const { path: relative } = source;
    if (relative === undefined) return [];
    return Object.values(destinations).map(({ objectKey }): [string, string] => [
      objectKey,
      path.resolve(folder, relative),
    ]);
  });
}

function inOrder(items: readonly { readonly id: string; readonly after: readonly string[] }[]): string[] {
  const done = new Set<string>();
  const visit = (id: string): void => {
    const item = items.find((one) => one.id === id);
    if (item === undefined || done.has(id)) return;
    for (const before of item.after) visit(before);
    done.add(id);
  };
  for (const { id } of items) visit(id);
  return [...done];
}

function parse<T>(file: string, schema: z.ZodType<T>): T {
  if (!existsSync(file)) throw new AssemblyError(`${file} is not there: point at a cdk.out folder, or synthesize one.`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new AssemblyError(`${file} is not JSON: synthesize the assembly again.`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new AssemblyError(`${file} is not what a CDK synthesis writes: ${issue?.path.join('.')} ${issue?.message}.`);
}
