import type { Provision, Resource } from '../assembly/deployment';
import { dictOf, listOf, textOf } from '../aws/platform';
import { uuidHash } from '../time/seeded';
import type { AccessControl } from './access-control';
import { awsManagedPolicy } from './managed-policies';
import { type Policy, readPolicy } from './policy';

/** Told of each role as it is made. */
export type OnRole = (resource: Resource, arn: string, name: string) => void;

/** Roles and policies of the templates. */
export function iamProvisions(access: AccessControl, onRole: OnRole): Readonly<Record<string, Provision>> {
  const identities = new Identities(access);
  return {
    'AWS::IAM::Role': (resource) => {
      const made = identities.role(resource);
      onRole(resource, made.arn, made.name);
      const id = `AROA${uuidHash(made.arn).replaceAll('-', '').slice(0, 17).toUpperCase()}`;
      return { ref: made.name, attributes: { Arn: made.arn, RoleId: id } };
    },
    'AWS::IAM::Policy': (resource) => {
      const name = textOf(resource.properties.PolicyName) || resource.logicalId;
      identities.attachTo(
        resource,
        listOf(resource.properties.Roles),
        readPolicy(name, resource.properties.PolicyDocument),
      );
      return { ref: name };
    },
    'AWS::IAM::RolePolicy': (resource) => {
      const { RoleName, PolicyName, PolicyDocument } = resource.properties;
      identities.attachTo(resource, [RoleName], readPolicy(textOf(PolicyName), PolicyDocument));
      return { ref: resource.name(64) };
    },
    'AWS::IAM::ManagedPolicy': (resource) => {
      const arn = identities.managedPolicy(resource);
      return { ref: arn, attributes: { PolicyArn: arn } };
    },
    'AWS::IAM::OIDCProvider': ({ properties, partition, account }) => {
      const arn = `arn:${partition}:iam::${account}:oidc-provider/${textOf(properties.Url).replace('https://', '')}`;
      return { ref: arn, attributes: { Arn: arn } };
    },
  };
}

/** What one deployment has made of roles and managed policies so far. */
class Identities {
  readonly #managed = new Map<string, Policy>();
  readonly #arns = new Map<string, string>();

  constructor(private readonly access: AccessControl) {}

  role(resource: Resource): { readonly arn: string; readonly name: string } {
    const { properties, partition, account, logicalId } = resource;
    const name = textOf(properties.RoleName) || resource.name(64);
    const arn = `arn:${partition}:iam::${account}:role${textOf(properties.Path, '/')}${name}`;
    this.#arns.set(name, arn);
    const role = this.access.role(arn);
    for (const inline of listOf(properties.Policies).map(dictOf)) {
      role.policies.push(readPolicy(textOf(inline.PolicyName), inline.PolicyDocument));
    }
    for (const managed of listOf(properties.ManagedPolicyArns)) role.policies.push(this.#find(textOf(managed), arn));
    const boundary = textOf(properties.PermissionsBoundary);
    if (boundary !== '') role.boundary = this.#find(boundary, arn);
    this.access.addResourcePolicy(arn, readPolicy(`${logicalId}Trust`, properties.AssumeRolePolicyDocument));
    return { arn, name };
  }

  managedPolicy(resource: Resource): string {
    const { properties, partition, account } = resource;
    const name = textOf(properties.ManagedPolicyName) || resource.name(64);
    const arn = `arn:${partition}:iam::${account}:policy${textOf(properties.Path, '/')}${name}`;
    const policy = readPolicy(name, properties.PolicyDocument);
    this.#managed.set(arn, policy);
    this.attachTo(resource, listOf(properties.Roles), policy);
    return arn;
  }

  /** Puts a policy on roles given by name or ARN. */
  attachTo({ partition, account }: Resource, roles: readonly unknown[], policy: Policy): void {
    for (const role of roles.map((one) => textOf(one))) {
      const arn = role.startsWith('arn:')
        ? role
        : (this.#arns.get(role) ?? `arn:${partition}:iam::${account}:role/${role}`);
      this.access.setInlinePolicy(arn, policy, policy.name);
    }
  }

  #find(arn: string, role: string): Policy {
    const policy = this.#managed.get(arn) ?? awsManagedPolicy(arn);
    if (policy === undefined)
      throw new Error(`${role} uses the managed policy ${arn}, which no stack of the assembly makes.`);
    return policy;
  }
}
