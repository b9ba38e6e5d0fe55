import type { AccessCheck, ConditionContext } from '../aws/service';
import { conditionHolds } from './conditions';
import { arnGlob, glob, substitute } from './match';
import type { Policy, PolicyPrincipal, Statement } from './policy';

/** Who asks. Services and bearers of tokens have no identity policies: only resource policies can let them in. */
export type Asker =
  | { readonly kind: 'role'; readonly arn: string; readonly account: string; readonly session?: string | undefined }
  | { readonly kind: 'service'; readonly service: string }
  /** The bearer of a token of this identity provider. */
  | { readonly kind: 'federated'; readonly provider: string };

/** The policies that bear on one request. */
export interface PolicySet {
  readonly identity: readonly Policy[];
  readonly boundary?: Policy | undefined;
  /** Policies on the resource; none: undefined or empty. */
  readonly resource?: readonly Policy[] | undefined;
  /** A KMS key: nothing is allowed that its own policy does not let in, directly or by delegating to the account. */
  readonly resourceMustAllow?: boolean | undefined;
  /** Account that owns the resource, when it is known to differ from the asker's. */
  readonly resourceAccount?: string | undefined;
}

export interface Decision {
  readonly allowed: boolean;
  /** The statement that decided, `policy/Sid`; `(no statement allows it)` where nothing did. */
  readonly statement: string;
}

const IMPLICIT = '(no statement allows it)';

/**
 * Decides one request as the policy evaluation logic of the IAM User Guide does: an explicit Deny anywhere wins; then identity policies within the
 * permissions boundary, or (same account) a resource policy naming the asker; across accounts both.
 */
export function evaluate(asker: Asker, check: AccessCheck, policies: PolicySet): Decision {
  const context = { ...globalContext(asker), ...check.context };
  const applies = (statement: Statement): boolean => statementApplies(statement, check, context);
  const identity = policies.identity.flatMap((policy) => policy.statements).filter(applies);
  const boundary = policies.boundary?.statements.filter(applies);
  const resource = (policies.resource ?? [])
    .flatMap((policy) => policy.statements)
    .filter((statement) => principalApplies(statement.principals, asker) !== 'no' && applies(statement));

  const denied = [...identity, ...(boundary ?? []), ...resource].find(({ effect }) => effect === 'Deny');
  if (denied !== undefined) return { allowed: false, statement: denied.label };
  const byIdentity = identity[0];
  const identityAllows = byIdentity !== undefined && (boundary === undefined || boundary.length > 0);
  const direct = resource.find((statement) => principalApplies(statement.principals, asker) === 'directly');
  const viaAccount = resource.find((statement) => principalApplies(statement.principals, asker) === 'by account');
  return combine({ asker, policies, byIdentity: identityAllows ? byIdentity : undefined, direct, viaAccount });
}

interface Found {
  readonly asker: Asker;
  readonly policies: PolicySet;
  readonly byIdentity: Statement | undefined;
  readonly direct: Statement | undefined;
  readonly viaAccount: Statement | undefined;
}

function combine({ asker, policies, byIdentity, direct, viaAccount }: Found): Decision {
  const decide = (statement: Statement | undefined): Decision =>
    statement === undefined ? { allowed: false, statement: IMPLICIT } : { allowed: true, statement: statement.label };
  if (asker.kind !== 'role') return decide(direct);
  const { resourceAccount } = policies;
  if (resourceAccount !== undefined && resourceAccount !== asker.account) {
    return decide((direct ?? viaAccount) === undefined ? undefined : byIdentity);
  }
  if (policies.resourceMustAllow === true) return decide(direct ?? (viaAccount === undefined ? undefined : byIdentity));
  return decide(byIdentity ?? direct);
}

/** Keys that every request carries. The lab speaks plain HTTP inside one process and stands for TLS. */
function globalContext(asker: Asker): ConditionContext {
  const common = { 'aws:SecureTransport': 'true' };
  if (asker.kind === 'service') {
    return { ...common, 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': asker.service };
  }
  if (asker.kind === 'federated') return { ...common, 'aws:PrincipalIsAWSService': 'false' };
  return {
    ...common,
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalArn': asker.arn,
    'aws:PrincipalAccount': asker.account,
    'aws:PrincipalType': 'AssumedRole',
    'aws:ViaAWSService': 'false',
  };
}

function statementApplies(statement: Statement, check: AccessCheck, context: ConditionContext): boolean {
  // Action names compare without regard to case.
  const named = statement.actions.some((pattern) => glob(pattern, check.action, { ignoreCase: true }));
  if (named === statement.notAction) return false;
  if (!resourceApplies(statement, check.resource, context)) return false;
  return statement.conditions.every((condition) => conditionHolds(condition, context));
}

function resourceApplies(statement: Statement, resource: string, context: ConditionContext): boolean {
  // Trust policies and the like have no Resource element: they stand on the resource they speak of.
  if (statement.resources.length === 0) return true;
  const matches = statement.resources.some((raw) => {
    const pattern = substitute(raw, context);
    return pattern !== undefined && arnGlob(pattern, resource);
  });
  return matches !== statement.notResource;
}

function principalApplies(principals: readonly PolicyPrincipal[], asker: Asker): 'no' | 'directly' | 'by account' {
  let byAccount = false;
  for (const { kind, value } of principals) {
    if (asker.kind !== 'role') {
      const wanted = asker.kind === 'service' ? ['Service', asker.service] : ['Federated', asker.provider];
      if (value === '*' || (kind === wanted[0] && value === wanted[1])) return 'directly';
      continue;
    }
    if (kind !== 'AWS') continue;
    if (value === '*' || value === asker.arn || value === sessionArn(asker)) return 'directly';
    if (value === asker.account || value === `arn:aws:iam::${asker.account}:root`) byAccount = true;
  }
  return byAccount ? 'by account' : 'no';
}

function sessionArn({ arn, session }: { readonly arn: string; readonly session?: string | undefined }): string {
  const role = arn.split('/').at(-1) ?? '';
  return `${arn.replace(':iam:', ':sts:').replace(/:role\/.*$/, `:assumed-role/${role}`)}/${session ?? ''}`;
}
