import type { Assembly } from './assembly/assembly';
import { type Deployed, Deployment, type Provision, type Resource } from './assembly/deployment';
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
}

/** Puts every resource of the assembly into the double that models it. @throws AssemblyError naming what none models */
export function deploy(
  services: Services,
  estates: Estates,
  assembly: Assembly,
  options: DeployOptions,
): readonly Deployed[] {
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
  });
  deployment.deploy();
  return deployment.deployed();
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
