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
  const managed = new Map<string, Policy>();
  const arns = new Map<string, string>();
  const attach = (arn: string, role: string): void => {
    const policy = managed.get(arn) ?? awsManagedPolicy(arn);
    if (policy === undefined)
      throw new Error(`${role} uses the managed policy ${arn}, which no stack of the assembly makes.`);
    access.role(role).policies.push(policy);
  };
  const roleArn = (reference: string, { partition, account }: Resource): string =>
    reference.startsWith('arn:')
      ? reference
      : (arns.get(reference) ?? `arn:${partition}:iam::${account}:role/${reference}`);

  return {
    'AWS::IAM::Role': (resource) => {
      const { properties, partition, account, logicalId } = resource;
      const name = textOf(properties.RoleName) || resource.name(64);
      const arn = `arn:${partition}:iam::${account}:role${textOf(properties.Path, '/')}${name}`;
      arns.set(name, arn);
      const role = access.role(arn);
      for (const inline of listOf(properties.Policies).map(dictOf)) {
        role.policies.push(readPolicy(textOf(inline.PolicyName), inline.PolicyDocument));
      }
      for (const managedArn of listOf(properties.ManagedPolicyArns)) attach(textOf(managedArn), arn);
      const boundary = textOf(properties.PermissionsBoundary);
      const boundaryPolicy = boundary === '' ? undefined : (managed.get(boundary) ?? awsManagedPolicy(boundary));
      if (boundaryPolicy !== undefined) role.boundary = boundaryPolicy;
      access.addResourcePolicy(arn, readPolicy(`${logicalId}Trust`, properties.AssumeRolePolicyDocument));
      onRole(resource, arn, name);
      return {
        ref: name,
        attributes: { Arn: arn, RoleId: `AROA${uuidHash(arn).replaceAll('-', '').slice(0, 17).toUpperCase()}` },
      };
    },
    'AWS::IAM::Policy': (resource) => {
      const { properties } = resource;
      const policy = readPolicy(textOf(properties.PolicyName) || resource.logicalId, properties.PolicyDocument);
      for (const role of listOf(properties.Roles)) access.role(roleArn(textOf(role), resource)).policies.push(policy);
      return { ref: textOf(properties.PolicyName) || resource.name(64) };
    },
    'AWS::IAM::ManagedPolicy': (resource) => {
      const { properties, partition, account } = resource;
      const name = textOf(properties.ManagedPolicyName) || resource.name(64);
      const arn = `arn:${partition}:iam::${account}:policy${textOf(properties.Path, '/')}${name}`;
      managed.set(arn, readPolicy(name, properties.PolicyDocument));
      for (const role of listOf(properties.Roles)) attach(arn, roleArn(textOf(role), resource));
      return { ref: arn, attributes: { PolicyArn: arn } };
    },
    'AWS::IAM::OIDCProvider': ({ properties, partition, account }) => {
      const arn = `arn:${partition}:iam::${account}:oidc-provider/${textOf(properties.Url).replace('https://', '')}`;
      return { ref: arn, attributes: { Arn: arn } };
    },
    'AWS::IAM::RolePolicy': (resource) => {
      const { properties } = resource;
      const policy = readPolicy(textOf(properties.PolicyName), properties.PolicyDocument);
      access.role(roleArn(textOf(properties.RoleName), resource)).policies.push(policy);
      return { ref: resource.name(64) };
    },
  };
}
