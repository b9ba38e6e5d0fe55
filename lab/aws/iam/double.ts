import type {
  DeleteRolePolicyRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetRoleRequest,
  GetRoleResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  PutRolePolicyRequest,
} from '@aws-sdk/client-iam';
import * as client from '@aws-sdk/client-iam';
import { iamArn, note } from '../../estate/estate';
import type { InstanceProfile, Role } from '../../estate/machine-types';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { type AccessCheck, AwsFault, type Call, type Operation, operation, type ServiceDouble } from '../service';

/** Told of inline policies as they come and go, so that the lab's own access control follows. */
export interface RolePolicyListener {
  changed(roleArn: string, policyName: string, document: string | undefined): void;
}

/** IAM has no region: its resources live in the estate of the account's home region. */
export function iamDouble(estates: Estates, homeRegion: string, listener?: RolePolicyListener): ServiceDouble {
  const of = (call: Call): Estate => estates.at(call.account, homeRegion);
  return {
    name: 'iam',
    protocol: 'query',
    model: client,
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    operations: { ...readOperations(of), ...policyOperations(of, listener) },
  };
}

type EstateOf = (call: Call) => Estate;

function noSuch(kind: string, name: string): AwsFault {
  return new AwsFault('NoSuchEntity', `${kind} ${name} cannot be found.`, 404);
}

function findRole(estate: Estate, name: string | undefined): Role {
  const role = estate.roles.get(name ?? '');
  if (role === undefined) throw noSuch('The role with name', name ?? '');
  return role;
}

function onRole(of: EstateOf, action: string) {
  return (input: { RoleName: string | undefined }, call: Call): readonly AccessCheck[] => {
    const estate = of(call);
    const role = estate.roles.get(input.RoleName ?? '');
    const tags = Object.fromEntries([...(role?.tags ?? [])].map(([key, value]) => [`iam:ResourceTag/${key}`, value]));
    return [
      { action: `iam:${action}`, resource: role?.arn ?? iamArn(estate, `role/${input.RoleName ?? ''}`), context: tags },
    ];
  };
}

function readOperations(of: EstateOf): Record<string, Operation> {
  return {
    GetRole: operation<GetRoleRequest, GetRoleResponse>(['RoleName'], {
      latencyMs: 90,
      authorize: onRole(of, 'GetRole'),
      run: (input, call) => ({ Role: renderRole(findRole(of(call), input.RoleName)) }),
    }),
    ListAttachedRolePolicies: operation<ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse>(
      ['RoleName', 'MaxItems', 'Marker'],
      {
        latencyMs: 90,
        authorize: onRole(of, 'ListAttachedRolePolicies'),
        run: (input, call) => ({
          AttachedPolicies: findRole(of(call), input.RoleName).attached.map(({ arn, name }) => ({
            PolicyArn: arn,
            PolicyName: name,
          })),
          IsTruncated: false,
        }),
      },
    ),
    GetInstanceProfile: operation<GetInstanceProfileRequest, GetInstanceProfileResponse>(['InstanceProfileName'], {
      latencyMs: 90,
      authorize: (input, call) => [
        {
          action: 'iam:GetInstanceProfile',
          resource: iamArn(of(call), `instance-profile/${input.InstanceProfileName}`),
          context: {},
        },
      ],
      run(input, call) {
        const estate = of(call);
        const profile = [...estate.profiles.values()].find((one) => one.name === input.InstanceProfileName);
        if (profile === undefined) throw noSuch('Instance Profile', input.InstanceProfileName ?? '');
        return { InstanceProfile: renderProfile(estate, profile) };
      },
    }),
    ListInstanceProfilesForRole: operation<ListInstanceProfilesForRoleRequest, ListInstanceProfilesForRoleResponse>(
      ['RoleName', 'MaxItems', 'Marker'],
      {
        latencyMs: 90,
        authorize: onRole(of, 'ListInstanceProfilesForRole'),
        run(input, call) {
          const estate = of(call);
          const role = findRole(estate, input.RoleName);
          const holding = [...estate.profiles.values()].filter((profile) => profile.roles.includes(role.arn));
          return { InstanceProfiles: holding.map((profile) => renderProfile(estate, profile)), IsTruncated: false };
        },
      },
    ),
  };
}

function policyOperations(of: EstateOf, listener: RolePolicyListener | undefined): Record<string, Operation> {
  return {
    ListRolePolicies: operation<ListRolePoliciesRequest, ListRolePoliciesResponse>(['RoleName', 'MaxItems', 'Marker'], {
      latencyMs: 90,
      authorize: onRole(of, 'ListRolePolicies'),
      run: (input, call) => ({
        PolicyNames: [...findRole(of(call), input.RoleName).inline.keys()],
        IsTruncated: false,
      }),
    }),
    GetRolePolicy: operation<GetRolePolicyRequest, GetRolePolicyResponse>(['RoleName', 'PolicyName'], {
      latencyMs: 90,
      authorize: onRole(of, 'GetRolePolicy'),
      run(input, call) {
        const role = findRole(of(call), input.RoleName);
        const document = role.inline.get(input.PolicyName ?? '');
        if (document === undefined) throw noSuch('The role policy with name', input.PolicyName ?? '');
        // IAM answers documents percent-encoded (RFC 3986).
        const PolicyDocument = encodeURIComponent(document);
        return { RoleName: role.name, PolicyName: input.PolicyName, PolicyDocument };
      },
    }),
    PutRolePolicy: operation<PutRolePolicyRequest, object>(['RoleName', 'PolicyName', 'PolicyDocument'], {
      latencyMs: 150,
      authorize: onRole(of, 'PutRolePolicy'),
      run(input, call) {
        const role = changeable(findRole(of(call), input.RoleName));
        const document = input.PolicyDocument ?? '';
        assertPolicy(document);
        role.inline.set(input.PolicyName ?? '', document);
        note(of(call), 'PutRolePolicy', role.name);
        listener?.changed(role.arn, input.PolicyName ?? '', document);
        return {};
      },
    }),
    DeleteRolePolicy: operation<DeleteRolePolicyRequest, object>(['RoleName', 'PolicyName'], {
      latencyMs: 150,
      authorize: onRole(of, 'DeleteRolePolicy'),
      run(input, call) {
        const role = changeable(findRole(of(call), input.RoleName));
        if (!role.inline.delete(input.PolicyName ?? ''))
          throw noSuch('The role policy with name', input.PolicyName ?? '');
        note(of(call), 'DeleteRolePolicy', role.name);
        listener?.changed(role.arn, input.PolicyName ?? '', undefined);
        return {};
      },
    }),
  };
}

/** Service-linked roles cannot be given a policy (F9). */
function changeable(role: Role): Role {
  if (!role.path.startsWith('/aws-service-role/')) return role;
  throw new AwsFault('UnmodifiableEntity', `Cannot perform the operation on the protected role '${role.name}'`);
}

function assertPolicy(document: string): void {
  try {
    JSON.parse(document);
  } catch {
    throw new AwsFault('MalformedPolicyDocument', 'Syntax errors in policy.');
  }
}

function renderRole(role: Role): client.Role {
  return {
    Arn: role.arn,
    RoleId: role.id,
    RoleName: role.name,
    Path: role.path,
    CreateDate: new Date(0),
    AssumeRolePolicyDocument: encodeURIComponent(role.trust),
    MaxSessionDuration: 3600,
    Tags: [...role.tags].map(([Key, Value]) => ({ Key, Value })),
  };
}

function renderProfile(estate: Estate, profile: InstanceProfile): client.InstanceProfile {
  const roles = [...estate.roles.values()].filter((role) => profile.roles.includes(role.arn));
  return {
    Arn: profile.arn,
    InstanceProfileId: profile.id,
    InstanceProfileName: profile.name,
    Path: '/',
    CreateDate: new Date(0),
    Roles: roles.map(renderRole),
  };
}
