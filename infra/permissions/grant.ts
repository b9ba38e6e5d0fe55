import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { actsInMembers } from './common';
import { CONTROL_PLANE } from './control-plane';
import { MEMBER_ROLE } from './member-role';
import type { Reach } from './reach';
import { STEPS_REACH } from './steps';

/**
 * One policy of its own per function. Apart from the role: granting task-token answers on the role of a function
 * that the machine invokes makes a cycle in the template.
 */
export function grantReach(name: string, fn: LambdaFunction, reach: Reach): void {
  const grants = CONTROL_PLANE[name] ?? STEPS_REACH[name];
  if (!grants) throw new Error(`${name} has no row in infra/permissions: say there what it may do.`);
  // Steps and the safety net act where the instance is: with no member account given, the grant names nothing and is dropped.
  const abroad = name in STEPS_REACH || name === 'reconcile' ? [actsInMembers(MEMBER_ROLE)] : [];
  const statements = [...grants, ...abroad]
    .flatMap((grant) => grant(reach))
    .filter((statement) => statement.resources?.length);
  const policy = new Policy(fn, 'Reach', { statements: merged(statements).map((props) => new PolicyStatement(props)) });
  if (fn.role) policy.attachToRole(fn.role);
}

/** Drops repeated statements and keeps the sid of the first: grants share parts. */
export function merged<T extends { readonly sid?: string | undefined }>(statements: readonly T[]): readonly T[] {
  const seen = new Map<string, T>();
  const used = new Map<string, number>();
  for (const statement of statements) {
    const key = JSON.stringify(statement);
    if (seen.has(key)) continue;
    const count = used.get(statement.sid ?? '') ?? 0;
    used.set(statement.sid ?? '', count + 1);
    seen.set(key, count === 0 ? statement : { ...statement, sid: `${statement.sid}${count + 1}` });
  }
  return [...seen.values()];
}
