import {
  type App,
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyValidationPluginReport,
  Validations,
} from 'aws-cdk-lib';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** A finding of cdk-nag we stand by, and what shows that we may. */
export interface Acknowledgement {
  /** Matches whole finding ids; it must match at least one (a test), so that none outlives its reason. */
  readonly findings: RegExp;
  readonly reason: string;
  /** The file of this repository that carries the reason. */
  readonly evidence: string;
}

const arnOf = (kinds: readonly string[]) =>
  new RegExp(`^AwsSolutions-IAM5\\[Resource::arn:<AWS::Partition>:[^\\]]*(${kinds.join('|')})\\*?\\]$`);

export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    findings: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    reason: 'Describes, task-token answers, tracing and the agent of Systems Manager: AWS lets these name no resource.',
    evidence: 'test/infra/wildcards.test.ts',
  },
  {
    findings: arnOf([
      'instance/',
      'network-interface/',
      'volume/',
      'security-group/',
      'subnet/',
      'vpc/',
      'network-acl/',
      'autoScalingGroup:\\*:autoScalingGroupName/',
      'loadbalancer/',
      'targetgroup/',
    ]),
    reason:
      'Any instance may be the next victim, and production carries no tag of ours: allowed by kind, denied where policy.yaml protects, bounded by our own tags where something of ours is changed.',
    evidence: 'test/infra/policy-matrix.test.ts',
  },
  {
    findings: arnOf(['role/', 'instance-profile/']),
    reason:
      'The role of a victim is known only when it is one: read in the estate, given back on release, denied sessions behind a gate; our own roles, CDK’s and services’ are denied.',
    evidence: 'test/infra/policy-matrix.test.ts',
  },
  {
    findings: arnOf(['snapshot/', 'image/', 'vpc-endpoint/']),
    reason: 'Ids that AWS gives at run time; our tags or our launch template condition each of them.',
    evidence: 'test/infra/policy-matrix.test.ts',
  },
  {
    findings: /^AwsSolutions-IAM5\[Resource::[^\]]*(Evidence|Tools)[^\]]*Arn[^\]]*\*\]$/,
    reason: 'An incident’s objects: keys carry its id. What is written cannot be deleted or shortened (Object Lock).',
    evidence: 'test/infra/policy-matrix.test.ts',
  },
  {
    findings:
      /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:states:[^\]]*:execution:<(Respond|Release)[^\]]*\*\]$/,
    reason: 'Executions of our two machines: their names carry incident and run.',
    evidence: 'test/infra/policy-matrix.test.ts',
  },
  {
    findings: /^AwsSolutions-APIG4$/,
    reason: 'Slack signs every request; the edge checks signature, age and replay before anything else.',
    evidence: 'test/bot/front-door.test.ts',
  },
  {
    findings: /^AwsSolutions-SMG4$/,
    reason:
      'Neither Slack’s signing secret nor a GitHub App’s key can be rotated by a function; the runbook says how a person does.',
    evidence: 'runbooks/operator.md',
  },
  {
    findings: /^(AwsSolutions-SQS3|Serverless-SQSRedrivePolicy)$/,
    reason: 'These queues are where others set things aside; each has an alarm.',
    evidence: 'test/infra/stacks.test.ts',
  },
  {
    findings: /^Serverless-LambdaDLQ$/,
    reason:
      'Steps are invoked synchronously and fail into a gate; the four invoked by events have a failure destination.',
    evidence: 'test/infra/stacks.test.ts',
  },
  {
    findings: /^Serverless-LambdaEventSourceMappingDestination$/,
    reason: 'Mappings of SQS take no failure destination: their queues have dead-letter queues.',
    evidence: 'test/infra/stacks.test.ts',
  },
  {
    findings: /^AwsSolutions-(VPC3|ELB2)$/,
    reason:
      'The demo alone: it has network ACLs because containment must be seen to work beside them, and a balancer that nothing outside reaches keeps no access logs, as nothing of the demo may outlive it.',
    evidence: 'test/infra/demo-stack.test.ts',
  },
];

/** Everything the packs have to say about a tree of constructs that is not acknowledged there yet. */
export function findings(scope: IConstruct): readonly Finding[] {
  return packs().flatMap((pack) => findingsOf(pack, scope));
}

export interface Finding {
  readonly id: string;
  readonly path: string;
}

/** Makes synthesis fail on every finding outside the table. Switched on by `-c nag=true`: it doubles the time of a synthesis. */
export function checkWithNag(app: App): void {
  Validations.of(app).addPlugins(...packs().map((pack) => new Acknowledging(app, pack)));
}

function packs(): readonly NagPack[] {
  return [new AwsSolutionsChecks(), new ServerlessChecks()];
}

/**
 * A pack that first acknowledges what the table stands by: at the construct, by the finding's exact id. That id holds
 * the names of exports, which exist only once the stacks are prepared: hence at validation, not before.
 */
class Acknowledging implements IPolicyValidationPlugin {
  readonly name: string;

  constructor(
    private readonly app: App,
    private readonly pack: NagPack,
  ) {
    this.name = pack.name;
  }

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const byPath = new Map(this.app.node.findAll().map((construct) => [construct.node.path, construct]));
    for (const { id, path } of findingsOf(this.pack, this.app)) {
      const known = ACKNOWLEDGEMENTS.find((each) => each.findings.test(id));
      const construct = byPath.get(path);
      if (known && construct)
        Validations.of(construct).acknowledge({ id, reason: `${known.reason} (${known.evidence})` });
    }
    return this.pack.validate(context);
  }
}

function findingsOf(pack: NagPack, scope: IConstruct): readonly Finding[] {
  return pack
    .validateScope(scope)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ id: ruleName, path: constructPath ?? '' })),
    );
}
