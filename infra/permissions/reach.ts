import type { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Policy as RunbookPolicy } from '../../core/policy/schema';
import type { Machine } from '../response/machines';
import type { EvidenceStack } from '../stacks/evidence-stack';
import type { QuarantineStack } from '../stacks/quarantine-stack';

/** Everything a function could be allowed to touch; the grants pick from it. */
export interface Reach {
  readonly stack: Stack;
  readonly ledger: Table;
  readonly state: Table;
  readonly tokenKey: Key;
  readonly queues: { readonly announce: Queue; readonly conduct: Queue; readonly publish: Queue };
  readonly refused: Queue;
  readonly bus: EventBus;
  readonly slackSecret: Secret;
  readonly githubSecret: Secret;
  readonly evidence: EvidenceStack;
  readonly quarantine: QuarantineStack;
  /** ARN of the role in whose sessions URLs for a victim are signed. */
  readonly uploadSigner: string;
  /** runbooks/policy.yaml, `protected`: what nobody may touch, whoever asks. */
  readonly protectedThings: RunbookPolicy['protected'];
  /** Accounts beside our own in which steps act, through the role of the member stack. */
  readonly memberAccounts: readonly string[];
  readonly machines: readonly Machine[];
}

export type Grant = (reach: Reach) => readonly PolicyStatementProps[];

/** What a grant on instances and what hangs on them needs to know: the member stack has no more than this. */
export type EstateReach = Pick<Reach, 'stack' | 'protectedThings'>;
export type EstateGrant = (reach: EstateReach) => readonly PolicyStatementProps[];

/** ARN of something in our own account and region. */
export function arn(reach: Pick<Reach, 'stack'>, service: string, resource: string): string {
  return `arn:${reach.stack.partition}:${service}:${reach.stack.region}:${reach.stack.account}:${resource}`;
}
