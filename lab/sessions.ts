import type { RolePolicyListener } from './aws/iam/double';
import { dictOf, type Platform, textOf } from './aws/platform';
import type { SessionMint } from './aws/sts/double';
import type { AccessControl } from './iam/access-control';
import { readPolicy } from './iam/policy';

const GITHUB = 'token.actions.githubusercontent.com';

/** What STS needs: trust policies decide, and the keys it hands out are known to the server. */
export function sessionMint({ access, ids, clock }: Platform): SessionMint {
  return {
    trusts: (roleArn, { roleArn: arn = '', account, session }, externalId) => {
      const context: Record<string, string> = externalId === undefined ? {} : { 'sts:ExternalId': externalId };
      return access.trusts(roleArn, { kind: 'role', arn, account, session }, 'sts:AssumeRole', context);
    },
    trustsToken: (roleArn, token) => {
      const claims = claimsOf(token);
      const context = Object.fromEntries(['aud', 'sub'].map((claim) => [`${GITHUB}:${claim}`, textOf(claims[claim])]));
      const account = roleArn.split(':')[4] ?? '';
      const provider = `arn:aws:iam::${account}:oidc-provider/${GITHUB}`;
      return access.trusts(roleArn, { kind: 'federated', provider }, 'sts:AssumeRoleWithWebIdentity', context);
    },
    mint: ({ roleArn, name, seconds }) => {
      const accessKeyId = `ASIA${ids.hex('session', 16).toUpperCase()}`;
      const account = roleArn.split(':')[4] ?? '';
      const expires = clock.now() + seconds * 1000;
      access.registerCaller({ principal: { accessKeyId, account, roleArn, session: name }, codeSha256: null, expires });
      const Expiration = new Date(expires);
      return { AccessKeyId: accessKeyId, SecretAccessKey: 'lab', SessionToken: 'lab', Expiration };
    },
  };
}

/** Claims of a JSON web token. Its signature is the identity provider's business, which the lab plays itself. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    return dictOf(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  } catch {
    return {};
  }
}

/** Inline policies written through IAM's API take part in every later decision. */
export function rolePolicyListener(access: AccessControl): RolePolicyListener {
  return {
    changed: (roleArn, name, document) => {
      const policy = document === undefined ? undefined : readPolicy(name, JSON.parse(document));
      access.setInlinePolicy(roleArn, policy, name);
    },
  };
}
