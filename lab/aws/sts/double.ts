import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
  Credentials,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import * as client from '@aws-sdk/client-sts';
import { AwsFault, type Call, operation, type Principal, type ServiceDouble } from '../service';

/** What STS needs of the lab: whom a role trusts, and keys that the server will know. */
export interface SessionMint {
  /** Whether the role's trust policy lets this principal in. */
  trusts(roleArn: string, principal: Principal, externalId: string | undefined): boolean;
  /** Whether the role's trust policy lets the bearer of this OIDC token in; undefined: the lab has no such provider. */
  trustsToken?(roleArn: string, token: string): boolean;
  mint(session: { roleArn: string; name: string; seconds: number }): Credentials;
}

/** An hour, STS's default. */
const DEFAULT_SECONDS = 3600;

export function stsDouble(mint: SessionMint): ServiceDouble {
  return {
    name: 'sts',
    protocol: 'query',
    model: client,
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: {
      GetCallerIdentity: operation<object, GetCallerIdentityResponse>([], {
        latencyMs: 40,
        // Nobody needs a permission for this call.
        authorize: () => [],
        run: (_, call) => ({ Account: call.account, Arn: callerArn(call), UserId: call.principal.accessKeyId }),
      }),
      AssumeRole: operation<AssumeRoleRequest, AssumeRoleResponse>(
        ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId'],
        {
          latencyMs: 90,
          authorize: (input) => [
            {
              action: 'sts:AssumeRole',
              resource: input.RoleArn ?? '*',
              context: {
                'sts:RoleSessionName': input.RoleSessionName ?? '',
                ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
              },
            },
          ],
          run(input, call) {
            const roleArn = input.RoleArn ?? '';
            if (!mint.trusts(roleArn, call.principal, input.ExternalId))
              throw notTrusted(callerArn(call), roleArn, 'AssumeRole');
            if (call.principal.roleArn !== undefined && (input.DurationSeconds ?? 0) > DEFAULT_SECONDS) throw chained();
            return session(mint, roleArn, input.RoleSessionName ?? '', input.DurationSeconds);
          },
        },
      ),
      AssumeRoleWithWebIdentity: operation<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse>(
        ['RoleArn', 'RoleSessionName', 'WebIdentityToken', 'DurationSeconds'],
        {
          latencyMs: 120,
          // The token is the permission: the role's trust policy decides.
          authorize: () => [],
          run(input) {
            const roleArn = input.RoleArn ?? '';
            if (mint.trustsToken?.(roleArn, input.WebIdentityToken ?? '') !== true) {
              throw notTrusted('the bearer of this token', roleArn, 'AssumeRoleWithWebIdentity');
            }
            return session(mint, roleArn, input.RoleSessionName ?? '', input.DurationSeconds);
          },
        },
      ),
    },
  };
}

function session(mint: SessionMint, roleArn: string, name: string, seconds: number | undefined) {
  const [head = '', role = ''] = roleArn.split(':role/');
  const arn = `${head.replace(':iam:', ':sts:')}:assumed-role/${role.split('/').at(-1)}/${name}`;
  return {
    Credentials: mint.mint({ roleArn, name, seconds: seconds ?? DEFAULT_SECONDS }),
    AssumedRoleUser: { Arn: arn, AssumedRoleId: `AROA:${name}` },
  };
}

/** IAM User Guide, "Role chaining": an hour, whatever the role allows. */
function chained(): AwsFault {
  return new AwsFault(
    'ValidationError',
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
  );
}

function callerArn(call: Call): string {
  const { roleArn, session: name, account } = call.principal;
  if (roleArn === undefined) return `arn:aws:iam::${account}:root`;
  return `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${name ?? 'session'}`;
}

function notTrusted(who: string, roleArn: string, action: string): AwsFault {
  return new AwsFault(
    'AccessDenied',
    `${who} is not authorized to perform: sts:${action} on resource: ${roleArn}`,
    403,
  );
}
