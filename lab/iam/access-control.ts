import type { AccessCheck, Principal } from '../aws/service';
import { type Asker, type Decision, evaluate, type PolicySet } from './evaluate';
import { type Policy, readPolicy } from './policy';

/** A role and everything that says what it may do. */
export interface RoleRecord {
  readonly arn: string;
  readonly policies: Policy[];
  boundary?: Policy;
}

/** Who an access key belongs to. */
export interface Caller {
  readonly principal: Principal;
  /** Digest of the calling function's code; null when no function calls. */
  readonly codeSha256: string | null;
  /** Milliseconds since the epoch; a caller of the lab itself has none. */
  readonly expires?: number;
}

/** The answer to all questions of one call: the first refusal decides, else every allowing statement is named. */
export interface AccessDecision extends Decision {
  readonly refused: AccessCheck | undefined;
}

const ANYTHING = readPolicy('account', { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }).statements;

/** Services whose resources belong to an account that their ARN names, and that take policies of their own. */
const RESOURCE_POLICY_SERVICES = new Set(['kms', 'sqs', 'lambda', 'events', 'secretsmanager', 'dynamodb']);

/** All that IAM knows in one lab: roles, resource policies, credentials. */
export class AccessControl {
  readonly #roles = new Map<string, RoleRecord>();
  readonly #resourcePolicies = new Map<string, Policy[]>();
  readonly #callers = new Map<string, Caller>();

  /** The record of a role, made empty when it is first asked for. */
  role(arn: string): RoleRecord {
    const known = this.#roles.get(arn);
    if (known !== undefined) return known;
    const record: RoleRecord = { arn, policies: [] };
    this.#roles.set(arn, record);
    return record;
  }

  addResourcePolicy(arn: string, policy: Policy): void {
    this.#resourcePolicies.set(arn, [...(this.#resourcePolicies.get(arn) ?? []), policy]);
  }

  /** Makes an access key known. */
  registerCaller(caller: Caller): void {
    this.#callers.set(caller.principal.accessKeyId, caller);
  }

  caller(accessKeyId: string): Caller | undefined {
    return this.#callers.get(accessKeyId);
  }

  /** Decides all checks of one call by a role; a principal without a role may do nothing. */
  decide(principal: Principal, checks: readonly AccessCheck[]): AccessDecision {
    const { roleArn, account, session } = principal;
    const asker: Asker = { kind: 'role', arn: roleArn ?? '', account, session };
    return this.#decide(asker, checks, roleArn === undefined ? undefined : this.#roles.get(roleArn));
  }

  /** Whether an AWS service (EventBridge, API Gateway …) may act on a resource: only the resource's own policy can say yes. */
  decideService(service: string, check: AccessCheck): Decision {
    return this.#decide({ kind: 'service', service }, [check], undefined);
  }

  /** Whether a role's trust policy lets somebody in: identity policies have no say in it. */
  trusts(roleArn: string, asker: Asker, action: string, context: AccessCheck['context']): boolean {
    const resource = this.#resourcePolicies.get(roleArn) ?? [];
    const check = { action, resource: roleArn, context };
    // A trust policy that names the account leaves it to the account's own policies, which are asked apart.
    const delegated: Policy = { name: 'account', statements: ANYTHING };
    return evaluate(asker, check, { identity: [delegated], resource, resourceMustAllow: true }).allowed;
  }

  /** Puts an inline policy on a role, or takes it away. */
  setInlinePolicy(roleArn: string, policy: Policy | undefined, name: string): void {
    const { policies } = this.role(roleArn);
    const index = policies.findIndex((one) => one.name === name);
    if (index >= 0) policies.splice(index, 1);
    if (policy !== undefined) policies.push(policy);
  }

  #decide(asker: Asker, checks: readonly AccessCheck[], role: RoleRecord | undefined): AccessDecision {
    const statements = new Set<string>();
    for (const check of checks) {
      const decision = evaluate(asker, check, this.#policiesFor(check, role));
      if (!decision.allowed) return { ...decision, refused: check };
      statements.add(decision.statement);
    }
    return { allowed: true, statement: [...statements].join(', '), refused: undefined };
  }

  #policiesFor({ resource }: AccessCheck, role: RoleRecord | undefined): PolicySet {
    const [, , service = '', , account = ''] = resource.split(':');
    const owned = RESOURCE_POLICY_SERVICES.has(service) && account !== '';
    return {
      identity: role?.policies ?? [],
      boundary: role?.boundary,
      resource: this.#resourcePolicies.get(policyHolder(service, resource)),
      resourceMustAllow: service === 'kms',
      resourceAccount: owned ? account : undefined,
    };
  }
}

/** The resource whose policy covers this ARN: an object's policy is its bucket's. */
function policyHolder(service: string, arn: string): string {
  return service === 's3' ? (arn.split('/')[0] ?? arn) : arn;
}
