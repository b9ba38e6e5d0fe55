import { readAssembly } from '../../lab/assembly/assembly';
import { Deployment, type Made, type Provision, type Resource } from '../../lab/assembly/deployment';
import type { ConditionContext } from '../../lab/aws/service';
import { AccessControl } from '../../lab/iam/access-control';
import { readPolicy } from '../../lab/iam/policy';
import { iamProvisions } from '../../lab/iam/provision';
import { appWith, pascal } from './synthesized';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

const SERVICES: Readonly<Record<string, (name: string) => string>> = {
  'AWS::DynamoDB::Table': (name) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
  'AWS::KMS::Key': (name) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name.toLowerCase()}`,
  'AWS::SecretsManager::Secret': (name) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`,
  'AWS::StepFunctions::StateMachine': (name) => `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`,
  'AWS::StepFunctions::StateMachineAlias': (name) =>
    `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name.replace('Live', '')}:live`,
  'AWS::Events::EventBus': (name) => `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${name}`,
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
  'AWS::Lambda::Alias': (name) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name.replace(/Live$/, '')}:live`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`,
  'AWS::EC2::SecurityGroup': (name) => `sg-${name}`,
};
/** Types whose `Ref` is the ARN. */
const REF_IS_ARN = new Set([
  'AWS::Lambda::Alias',
  'AWS::SecretsManager::Secret',
  'AWS::StepFunctions::StateMachine',
  'AWS::StepFunctions::StateMachineAlias',
]);
const ATTRIBUTES = [
  'ApiEndpoint',
  'CidrBlock',
  'CidrBlockAssociations',
  'DefaultNetworkAcl',
  'DefaultSecurityGroup',
  'DomainName',
  'FunctionArn',
  'GroupId',
  'Id',
  'Ipv6CidrBlocks',
  'LatestVersionNumber',
  'Name',
  'QueueName',
  'RegionalDomainName',
  'StateMachineRevisionId',
  'StateMachineVersionArn',
  'StreamArn',
  'TopicArn',
  'TopicName',
  'Version',
  'VpcId',
];

/** What a construct is called here: `CordonResponse/Ledger/Resource` → `Ledger`. */
const nameOf = ({ path }: Resource) => path.join('');

function generic(resource: Resource): Made {
  const name = nameOf(resource);
  const arn = SERVICES[resource.type]?.(name) ?? `arn:aws:none:::${name}`;
  const attributes = Object.fromEntries(ATTRIBUTES.map((attribute) => [attribute, `${name}-${attribute}`]));
  const group = resource.type === 'AWS::EC2::SecurityGroup' ? { GroupId: arn } : {};
  return {
    ref: REF_IS_ARN.has(resource.type) ? arn : resource.type === 'AWS::S3::Bucket' ? name.toLowerCase() : name,
    attributes: { ...attributes, Name: name, Arn: arn, ...group },
  };
}

export interface Access {
  /** Whether the role of a function (`stop-instance`) or of another construct (`SummaryRole`) may do this. */
  may(who: string, action: string, resource: string, context?: ConditionContext): boolean;
  /** The statement that decided. */
  /** Characters of the inline policies of each role, by its name. */
  readonly inlinePolicySizes: ReadonlyMap<string, number>;
  why(who: string, action: string, resource: string, context?: ConditionContext): string;
}

/** The synthesized templates, deployed into nothing but IAM: roles, boundaries, key and bucket policies. */
export function deployedAccess(
  context: Readonly<Record<string, unknown>> = {},
  parameters: Readonly<Record<string, string>> = {},
): Access {
  const access = new AccessControl();
  const roles = new Map<string, string>();
  const sizes = new Map<string, number>();
  const assembly = readAssembly(appWith(context).synth().directory);
  for (const { template } of assembly.stacks)
    for (const [name, value] of Object.entries(parameters))
      if (template.Parameters[name]) template.Parameters[name].Default = value;
  const types = new Set(
    assembly.stacks.flatMap(({ template }) => Object.values(template.Resources).map((r) => r.Type)),
  );
  const iam = iamProvisions(access, (resource, arn) => roles.set(nameOf(resource), arn));
  const withPolicy =
    (field: string): Provision =>
    (resource) => {
      const made = generic(resource);
      const arn = String(made.attributes?.Arn);
      access.addResourcePolicy(arn, readPolicy(resource.logicalId, resource.properties[field]));
      return made;
    };
  const provisions: Record<string, Provision> = {
    ...Object.fromEntries([...types].map((type) => [type, generic])),
    ...iam,
    'AWS::IAM::Policy': (resource) => {
      const length = JSON.stringify(resource.properties.PolicyDocument).length;
      for (const each of [resource.properties.Roles].flat()) sizes.set(`${each}`, (sizes.get(`${each}`) ?? 0) + length);
      return iam['AWS::IAM::Policy']?.(resource) ?? generic(resource);
    },
    'AWS::KMS::Key': withPolicy('KeyPolicy'),
    'AWS::S3::BucketPolicy': (resource) => {
      const bucket = `arn:aws:s3:::${String(resource.properties.Bucket)}`;
      access.addResourcePolicy(bucket, readPolicy(resource.logicalId, resource.properties.PolicyDocument));
      return generic(resource);
    },
  };
  new Deployment(assembly, { account: ACCOUNT, region: REGION, provisions, inert: new Set() }).deploy();
  const decide: (...question: Parameters<Access['may']>) => ReturnType<AccessControl['decide']> = (
    who,
    action,
    resource,
    keys = {},
  ) => {
    const roleArn = roles.get(`${pascal(who)}Role`) ?? roles.get(who);
    if (roleArn === undefined) throw new Error(`No role ${who}: there are ${[...roles.keys()].join(', ')}`);
    const principal = { accessKeyId: 'AKIATEST', account: ACCOUNT, roleArn, session: who };
    return access.decide(principal, [{ action, resource, context: keys }]);
  };
  return {
    may: (...question) => decide(...question).allowed,
    why: (...question) => decide(...question).statement,
    inlinePolicySizes: sizes,
  };
}
