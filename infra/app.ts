import { join } from 'node:path';
import { App, Tags } from 'aws-cdk-lib';
import { bundleFunctions, ROOT } from './bundle';
import { BadContext, type Context, readContext } from './context';
import { encryptLogs } from './log-key';
import { DemoStack } from './stacks/demo-stack';
import { EvidenceStack } from './stacks/evidence-stack';
import { GithubStack } from './stacks/github-stack';
import { MemberStack } from './stacks/member-stack';
import { QuarantineStack } from './stacks/quarantine-stack';
import { ResponseStack } from './stacks/response-stack';

/** The CLI asks for the constructs' paths by itself; everything else that synthesizes needs them as well. */
export const PATHS = { 'aws:cdk:enable-path-metadata': true } as const;

/** CDK would tag these, and CloudFormation’s schema has no tags for them. */
const UNTAGGED = ['AWS::CloudWatch::Dashboard', 'AWS::ElasticLoadBalancingV2::Listener'];

/** The stacks, by lifetime: evidence outlives quarantine, which outlives what responds. */
export function buildApp(app: App, context: Context, bundles: ReadonlyMap<string, string>): void {
  const env = {
    ...(context.account ? { account: context.account } : {}),
    ...(context.region ? { region: context.region } : {}),
  };
  if (context.memberOf !== undefined) {
    new MemberStack(app, 'CordonMember', {
      description: `Cordon: responds here for ${context.memberOf}`,
      hub: context.memberOf,
      externalId: context.memberExternalId ?? '',
      repository: context.githubRepository,
      ...(context.alarmEmail ? { alarmEmail: context.alarmEmail } : {}),
    });
    return;
  }
  const evidence = new EvidenceStack(app, 'CordonEvidence', {
    env,
    description: 'Cordon: evidence, its keys and the tools that made it',
    retentionDays: context.retentionDays,
    compliance: context.retentionMode === 'compliance',
    memberAccounts: [...new Set(context.adminPairs.map(([, member]) => member))],
  });
  const quarantine = new QuarantineStack(app, 'CordonQuarantine', {
    env,
    description: 'Cordon: where evidence is opened',
    evidence,
    analysisImage: context.analysisImage,
    dnsFirewall: context.dnsFirewall,
  });
  const response = new ResponseStack(app, 'CordonResponse', {
    env,
    description: 'Cordon: everything that reacts',
    evidence,
    quarantine,
    bundles,
    slackChannel: context.slackChannel,
    githubRepository: context.githubRepository,
    adminPairs: context.adminPairs,
    ...(context.memberExternalId ? { memberExternalId: context.memberExternalId } : {}),
    reserveConcurrency: context.reserveConcurrency,
    instanceFreeHash: context.instanceFreeHash,
    symbolFactory: context.symbolFactory,
    ...(context.alarmEmail ? { alarmEmail: context.alarmEmail } : {}),
  });
  if (context.encryptLogs) for (const stack of [quarantine, response]) encryptLogs(stack);
  new GithubStack(app, 'CordonGithub', {
    env,
    description: 'Cordon: what GitHub Actions may do here',
    evidence,
    response,
    repository: context.githubRepository,
    qualifier: context.bootstrapQualifier,
    symbolFactory: context.symbolFactory,
    providerExists: context.githubProviderExists,
    ...(context.githubRepositoryIds ? { repositoryIds: context.githubRepositoryIds } : {}),
  });
  if (context.demo)
    new DemoStack(app, 'CordonDemo', {
      env,
      description: 'Cordon: something to respond to',
      flowLogs: context.demoFlowLogs,
    });
  Tags.of(app).add('cordon:stack', 'true', { excludeResourceTypes: UNTAGGED });
}

async function main(): Promise<void> {
  const app = new App({ context: PATHS });
  // Before bundling, which takes seconds: a wrong value is said at once.
  const context = readContext(app);
  const bundles = await bundleFunctions(join(ROOT, '.cache', 'bundles'));
  buildApp(app, context, bundles);
  // cdk-nag takes a second to load: only when asked for.
  if (context.nag) (await import('./nag')).checkWithNag(app);
  app.synth();
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof BadContext ? 2 : 1;
  });
}
