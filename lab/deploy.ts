import type { Assembly } from './assembly/assembly';
import { Deployment, type Provision, type Resource } from './assembly/deployment';
import { INERT_TYPES } from './assembly/inert';
import { simpleProvisions } from './assembly/simple-resources';
import { eventsProvisions } from './aws/events/provision';
import { lambdaProvisions } from './aws/lambda/provision';
import { listOf, textOf } from './aws/platform';
import { addRole } from './estate/install';
import { estateProvisions } from './estate/provision';
import type { Estates } from './estate/world';
import { eventSourceProvisions } from './event-sources';
import { iamProvisions } from './iam/provision';
import type { FunctionPool } from './lambda/function-pool';
import type { Services } from './services';

export interface DeployOptions {
  readonly account: string;
  readonly region: string;
  readonly cacheFolder: string;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly pools?: Map<string, FunctionPool>;
  readonly parameters?: Readonly<Record<string, string>>;
  /** The deployment that this one updates. */
  readonly before?: Deployment;
}

/** What a merge of policy, playbooks, runbooks or code changes; anything else in a live lab is said to be too much. */
const UPDATABLE: ReadonlySet<string> = new Set([
  'AWS::Lambda::Function',
  'AWS::Lambda::Alias',
  'AWS::StepFunctions::StateMachine',
  'AWS::StepFunctions::StateMachineVersion',
  'AWS::StepFunctions::StateMachineAlias',
  'AWS::SSM::Document',
  'AWS::IAM::Policy',
]);
/** Old versions stay where they are: executions and aliases may still point at them. */
const REMOVABLE: ReadonlySet<string> = new Set(['AWS::Lambda::Version', 'AWS::StepFunctions::StateMachineVersion']);

/** Puts every resource of the assembly, or what differs from before, into the double that models it. @throws AssemblyError naming what none models */
export function deploy(services: Services, estates: Estates, assembly: Assembly, options: DeployOptions): Deployment {
  const { platform, functions } = services;
  const { cacheFolder, endpoints, parameters = {} } = options;
  const provisions: Record<string, Provision> = {
    ...simpleProvisions(),
    ...iamProvisions(services.access, (resource, arn, name) => addTemplateRole(estates, resource, arn, name)),
    ...estateProvisions(estates),
    ...lambdaProvisions({ platform, functions, assembly, cacheFolder, endpoints, pools: options.pools ?? new Map() }),
    ...eventsProvisions(platform, services.buses),
    ...eventSourceProvisions(services),
    ...services.queues.provisions(),
    ...services.tables.provisions(),
    ...services.keys.provisions(),
    ...services.secrets.provisions(),
    ...services.buckets.provisions(),
    ...services.machines.provisions(),
    ...services.apis.provisions(),
    ...services.alarms.provisions(),
  };
  const { account, region } = options;
  const deployment = new Deployment(assembly, {
    account,
    region,
    provisions,
    inert: INERT_TYPES,
    ssmParameter: (name) => parameters[name],
    ...{ updatable: UPDATABLE, removable: REMOVABLE },
    ...(options.before ? { before: options.before } : {}),
  });
  deployment.deploy();
  return deployment;
}

/** Tells the estate of a role made by a template, so that instance profiles and IAM's own calls find it. */
function addTemplateRole(estates: Estates, { properties, account, region }: Resource, arn: string, name: string): void {
  const attached = listOf(properties.ManagedPolicyArns).map(String);
  addRole(estates.at(account, region), {
    name,
    arn,
    path: textOf(properties.Path, '/'),
    trust: JSON.stringify(properties.AssumeRolePolicyDocument),
    attached: attached.map((policy) => ({ arn: policy, name: policy.split('/').at(-1) ?? '' })),
  });
}
