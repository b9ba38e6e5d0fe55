import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import * as z from 'zod';

const scalars = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

const step = z.strictObject({
  name: z.string().optional(),
  id: z.string().optional(),
  if: z.union([z.string(), z.boolean()]).transform(String).optional(),
  uses: z.string().optional(),
  with: scalars.optional(),
  run: z.string().optional(),
  shell: z.literal('bash').optional(),
  env: scalars.optional(),
  'working-directory': z.string().optional(),
  'continue-on-error': z.boolean().optional(),
  'timeout-minutes': z.number().optional(),
});

const job = z.strictObject({
  name: z.string().optional(),
  'runs-on': z.string(),
  needs: z.union([z.string().transform((one) => [one]), z.array(z.string())]).optional(),
  if: z.string().optional(),
  environment: z.union([z.string(), z.object({ name: z.string() }).transform((one) => one.name)]).optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  env: scalars.optional(),
  outputs: z.record(z.string(), z.string()).optional(),
  concurrency: z.unknown().optional(),
  'timeout-minutes': z.number().optional(),
  steps: z.array(step),
});

const workflow = z.strictObject({
  name: z.string(),
  'run-name': z.string().optional(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()).optional(),
  concurrency: z.unknown().optional(),
  env: scalars.optional(),
  jobs: z.record(z.string(), job),
});

export type Step = z.output<typeof step>;
export type Job = z.output<typeof job>;

export interface WorkflowFile {
  /** `.github/workflows/analysis-summary.yml` */
  readonly path: string;
  readonly sha256: string;
  readonly content: z.output<typeof workflow>;
}

/** Reads a workflow; a key the lab does not know is an error that names it, since GitHub would act on it. */
export function readWorkflow(path: string, text: string): WorkflowFile {
  const parsed = workflow.safeParse(parse(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`The lab cannot run ${path}: ${issue?.path.join('.')}: ${issue?.message}.`);
  }
  return { path, sha256: createHash('sha256').update(text).digest('hex'), content: parsed.data };
}

/** An event that may start workflows, as GitHub names it. */
export type Trigger =
  | {
      readonly event: 'repository_dispatch';
      readonly action: string;
      readonly payload: Readonly<Record<string, unknown>>;
    }
  | { readonly event: 'push'; readonly branch: string; readonly paths: readonly string[] }
  | {
      readonly event: 'pull_request';
      readonly action: string;
      readonly number: number;
      readonly paths: readonly string[];
    }
  | { readonly event: 'workflow_dispatch'; readonly inputs: Readonly<Record<string, string>> }
  /** The hour of one workflow has come. */
  | { readonly event: 'schedule'; readonly workflow: string };

export function startsOn(file: WorkflowFile, trigger: Trigger): boolean {
  if (!Object.hasOwn(file.content.on, trigger.event)) return false;
  const filter = file.content.on[trigger.event];
  switch (trigger.event) {
    case 'repository_dispatch':
      return listed(filter, 'types', trigger.action);
    case 'push':
      return listed(filter, 'branches', trigger.branch, undefined) && touches(filter, trigger.paths);
    case 'pull_request':
      return (
        listed(filter, 'types', trigger.action, ['opened', 'synchronize', 'reopened']) && touches(filter, trigger.paths)
      );
    case 'workflow_dispatch':
      return true;
    case 'schedule':
      return file.path === trigger.workflow;
  }
}

/** `paths` wants one changed file among them, `paths-ignore` one outside. */
function touches(filter: unknown, paths: readonly string[]): boolean {
  const wanted = namesOf(filter, 'paths')?.map(folderOf);
  const ignored = namesOf(filter, 'paths-ignore')?.map(folderOf) ?? [];
  const under = (folders: readonly string[]) => (path: string) => folders.some((folder) => path.startsWith(folder));
  return (wanted === undefined || paths.some(under(wanted))) && !paths.every(under(ignored));
}

/** `records/**` → `records/`; any other pattern is one the lab does not know. */
function folderOf(pattern: string): string {
  const folder = /^([\w./-]+\/)\*\*$/.exec(pattern)?.[1];
  if (folder === undefined) throw new Error(`The lab knows paths of the form folder/**, not "${pattern}".`);
  return folder;
}

function listed(filter: unknown, key: string, value: string, otherwise?: readonly string[]): boolean {
  const names = namesOf(filter, key) ?? otherwise;
  return names === undefined || names.includes(value);
}

function namesOf(filter: unknown, key: string): readonly string[] | undefined {
  const names: unknown = filter === null || typeof filter !== 'object' ? undefined : Reflect.get(filter, key);
  return Array.isArray(names) ? names.map(String) : undefined;
}
