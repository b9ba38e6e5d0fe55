import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildApp, PATHS } from '../../infra/app';
import { readContext } from '../../infra/context';
import { CONTROL_PLANE } from '../../infra/permissions/control-plane';
import { STEPS_REACH } from '../../infra/permissions/steps';

export { pascalCase as pascal } from '../../infra/functions';

const ROOT = resolve(__dirname, '../..');

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: assertions look into templates of any shape
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | string[];
  readonly Metadata?: Record<string, unknown>;
}

export interface StackTemplate {
  readonly Resources: Record<string, Resource>;
  readonly Outputs?: Record<string, unknown>;
  readonly [section: string]: unknown;
}

/** Names of every function the permissions speak of: exactly those of the template (a test compares them with the files). */
export const FUNCTION_NAMES: readonly string[] = [...Object.keys(CONTROL_PLANE), ...Object.keys(STEPS_REACH)].sort();

/** cdk.json's context, as the CDK CLI hands it over. */
export function committedContext(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).context;
}

/** Every flag on at once, and values as `cordon init` writes them. */
export const EVERYTHING: Readonly<Record<string, unknown>> = {
  account: '111122223333',
  region: 'eu-west-1',
  adminPairs: [['111122223333', '444455556666']],
  memberExternalId: 'cordon-1f0c2a9d7b3e',
  githubRepositoryIds: '12/345',
  githubProviderExists: true,
  alarmEmail: 'soc@acme.example',
  analysisImage: 'ami-0123456789abcdef0',
  demo: true,
  demoFlowLogs: 'both',
  dnsFirewall: false,
  encryptLogs: true,
  instanceFreeHash: true,
  reserveConcurrency: false,
  retentionMode: 'compliance',
  symbolFactory: true,
};
export const MEMBER: Readonly<Record<string, unknown>> = {
  memberOf: '111122223333',
  memberExternalId: 'cordon-1f0c2a9d7b3e',
};

/** The app over bundles of one line each: code is not what these tests are about. */
export function appWith(context: Record<string, unknown> = {}): App {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-infra-'));
  const app = new App({ outdir: join(folder, 'cdk.out'), context: { ...PATHS, ...committedContext(), ...context } });
  buildApp(app, readContext(app), fakeBundles(folder));
  return app;
}

// CDK's own validation takes most of a synthesis: one test runs it (validation.test.ts), the others need not.
process.env.CDK_VALIDATION ??= 'false';

const kept = new Map<string, ReadonlyMap<string, StackTemplate>>();

/** Templates by stack name; synthesized once per context in each test process. */
export function templates(context: Record<string, unknown> = {}): ReadonlyMap<string, StackTemplate> {
  const key = JSON.stringify(context);
  const known = kept.get(key);
  if (known) return known;
  const assembly = appWith(context).synth();
  const made = new Map(assembly.stacks.map((stack) => [stack.stackName, stack.template as StackTemplate]));
  kept.set(key, made);
  return made;
}

export function templateOf(stack: string, context: Record<string, unknown> = {}): StackTemplate {
  const found = templates(context).get(stack);
  if (!found) throw new Error(`No stack ${stack}: there are ${[...templates(context).keys()].join(', ')}`);
  return found;
}

export function resourcesOf(template: StackTemplate, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

function fakeBundles(folder: string): ReadonlyMap<string, string> {
  return new Map(
    FUNCTION_NAMES.map((name) => {
      const bundle = join(folder, name);
      mkdirSync(bundle, { recursive: true });
      writeFileSync(join(bundle, 'index.js'), `exports.handler = async () => '${name}';\n`);
      return [name, bundle] as const;
    }),
  );
}
