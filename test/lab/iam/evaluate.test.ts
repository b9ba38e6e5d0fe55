import fc from 'fast-check';
import type { ConditionContext } from '../../../lab/aws/service';
import { type Asker, type Decision, evaluate, type PolicySet } from '../../../lab/iam/evaluate';
import { readPolicy } from '../../../lab/iam/policy';

const role: Asker = {
  kind: 'role',
  arn: 'arn:aws:iam::111122223333:role/Worker',
  account: '111122223333',
  session: 's',
};
const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Ledger';

type Raw = Record<string, unknown>;
const policy = (...statements: Raw[]) => readPolicy('P', { Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[] = '*', more: Raw = {}): Raw => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: string | string[], Resource: string | string[] = '*', more: Raw = {}): Raw => ({
  ...allow(Action, Resource, more),
  Effect: 'Deny',
});

function ask(
  statements: Raw[],
  action: string,
  resource = table,
  context: ConditionContext = {},
  more: Partial<PolicySet> = {},
): Decision {
  return evaluate(role, { action, resource, context }, { identity: [policy(...statements)], ...more });
}

describe('identity policies', () => {
  it('allow what a statement names, and name that statement', () => {
    expect(ask([allow('s3:GetObject'), allow('dynamodb:Put*', table, { Sid: 'Write' })], 'dynamodb:PutItem')).toEqual({
      allowed: true,
      statement: 'P/Write',
    });
    expect(ask([allow('dynamodb:PutItem', table)], 'DynamoDB:putitem').allowed).toBe(true);
  });

  it('allow nothing else', () => {
    expect(ask([allow('dynamodb:GetItem', table)], 'dynamodb:PutItem')).toEqual({
      allowed: false,
      statement: '(no statement allows it)',
    });
    expect(ask([allow('dynamodb:PutItem', `${table}2`)], 'dynamodb:PutItem').allowed).toBe(false);
  });

  it('lose to an explicit deny, whatever the order', () => {
    const rules = [allow('*'), deny('dynamodb:PutItem', table, { Sid: 'Never' })];
    expect(ask(rules, 'dynamodb:PutItem')).toEqual({ allowed: false, statement: 'P/Never' });
    expect(ask([...rules].reverse(), 'dynamodb:PutItem').allowed).toBe(false);
    expect(ask(rules, 'dynamodb:GetItem').allowed).toBe(true);
  });

  it('understand NotAction and NotResource', () => {
    const rules = [{ Effect: 'Allow', NotAction: 'iam:*', NotResource: table }];
    expect(ask(rules, 's3:GetObject', 'arn:aws:s3:::b/k').allowed).toBe(true);
    expect(ask(rules, 'iam:PassRole', 'arn:aws:iam::111122223333:role/x').allowed).toBe(false);
    expect(ask(rules, 'dynamodb:GetItem', table).allowed).toBe(false);
  });

  it('stay within the permissions boundary', () => {
    const boundary = readPolicy('B', { Statement: [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }] });
    expect(ask([allow('*')], 'dynamodb:GetItem', table, {}, { boundary }).allowed).toBe(true);
    expect(ask([allow('*')], 's3:GetObject', 'arn:aws:s3:::b/k', {}, { boundary }).allowed).toBe(false);
  });

  it('do not let a wildcard in one part of an ARN reach into the next', () => {
    const pattern = 'arn:aws:ec2:*:111122223333:instance/*';
    expect(
      ask([allow('ec2:StopInstances', pattern)], 'ec2:StopInstances', 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1')
        .allowed,
    ).toBe(true);
    expect(
      ask(
        [allow('ec2:StopInstances', pattern)],
        'ec2:StopInstances',
        'arn:aws:ec2:eu-west-1:999:111122223333:instance/i-1',
      ).allowed,
    ).toBe(false);
  });

  it('never allow an action that no pattern matches', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(word, word, word, (service, verb, other) => {
        const allowed = ask([allow(`${service}:${verb}`)], `${service}:${other}`).allowed;
        expect(allowed).toBe(verb === other);
        expect(ask([allow(`${service}:${verb}*`)], `${service}:${verb}${other}`).allowed).toBe(true);
        expect(ask([allow('*'), deny(`${service}:*`)], `${service}:${other}`).allowed).toBe(false);
      }),
    );
  });
});

describe('conditions', () => {
  const holds = (Condition: Raw, context: ConditionContext): boolean =>
    ask([allow('*', '*', { Condition })], 'a:B', '*', context).allowed;

  it.each<[Raw, ConditionContext, boolean]>([
    [{ StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
    [{ StringEquals: { k: 'a' } }, {}, false],
    [{ StringEquals: { 'AWS:RequestTag/x': 'a' } }, { 'aws:requesttag/X': 'a' }, true],
    [{ StringEqualsIfExists: { k: 'a' } }, {}, true],
    [{ StringNotEquals: { k: 'a' } }, {}, true],
    [{ StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
    [{ StringEqualsIgnoreCase: { k: 'ABC' } }, { k: 'abc' }, true],
    [{ StringLike: { k: 'lab-*' } }, { k: 'lab-1' }, true],
    [{ StringLike: { k: 'lab.*' } }, { k: 'labx1' }, false],
    [{ ArnLike: { k: 'arn:aws:iam::*:role/R*' } }, { k: 'arn:aws:iam::1:role/Rx' }, true],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, {}, false],
    [{ Bool: { 'aws:SecureTransport': true } }, {}, true],
    [{ Null: { k: 'true' } }, {}, true],
    [{ Null: { k: false } }, {}, false],
    [{ NumericLessThan: { k: 10 } }, { k: '9' }, true],
    [{ NumericGreaterThanEquals: { k: '10' } }, { k: '9' }, false],
    [{ DateLessThan: { k: '2020-01-02T00:00:00Z' } }, { k: '2020-01-01T23:59:59Z' }, true],
    [{ DateGreaterThan: { k: '1577836800' } }, { k: '2020-01-01T00:00:01Z' }, true],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'b'] }, true],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'c'] }, false],
    [{ 'ForAllValues:StringEquals': { k: ['a'] } }, {}, true],
    [{ 'ForAnyValue:StringEquals': { k: ['a'] } }, { k: ['b', 'a'] }, true],
    [{ 'ForAnyValue:StringEquals': { k: ['a'] } }, {}, false],
    [{ 'ForAnyValue:StringNotEquals': { k: ['a'] } }, { k: ['a', 'b'] }, true],
    [{ StringEquals: { k: 'a', l: 'b' } }, { k: 'a' }, false],
    [{ StringEquals: { k: '${aws:PrincipalAccount}' } }, { k: '111122223333' }, true],
    [{ StringEquals: { k: "${aws:PrincipalTag/t, 'none'}" } }, { k: 'none' }, true],
    [{ StringEquals: { k: '${aws:PrincipalTag/t}' } }, { k: '' }, false],
  ])('%j of %j is %s', (condition, context, expected) => {
    expect(holds(condition, context)).toBe(expected);
  });

  it('are refused when the operator is unknown', () => {
    expect(() => holds({ StringSortOf: { k: 'a' } }, { k: 'a' })).toThrow(
      'does not model the condition operator StringSortOf',
    );
  });
});

describe('resource policies', () => {
  const resourcePolicy = (...statements: Raw[]) => [readPolicy('R', { Statement: statements })];
  const root = { AWS: 'arn:aws:iam::111122223333:root' };

  it('deny for everybody', () => {
    const resource = resourcePolicy(deny('s3:*', '*', { Principal: '*', Sid: 'Locked' }));
    expect(ask([allow('*')], 's3:DeleteObject', 'arn:aws:s3:::b/k', {}, { resource })).toEqual({
      allowed: false,
      statement: 'R/Locked',
    });
  });

  it('let in whom they name, in the same account, without an identity policy', () => {
    const resource = resourcePolicy(
      allow('s3:GetObject', 'arn:aws:s3:::b/*', { Principal: { AWS: 'arn:aws:iam::111122223333:role/Worker' } }),
    );
    expect(ask([], 's3:GetObject', 'arn:aws:s3:::b/k', {}, { resource }).allowed).toBe(true);
    expect(ask([], 's3:PutObject', 'arn:aws:s3:::b/k', {}, { resource }).allowed).toBe(false);
  });

  it('of a KMS key must let in, and may delegate to the account', () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/1';
    const delegating = { resource: resourcePolicy(allow('kms:*', '*', { Principal: root })), resourceMustAllow: true };
    expect(ask([allow('kms:Sign', key)], 'kms:Sign', key, {}, delegating).allowed).toBe(true);
    expect(ask([], 'kms:Sign', key, {}, delegating).allowed).toBe(false);
    expect(ask([allow('kms:Sign', key)], 'kms:Sign', key, {}, { resource: [], resourceMustAllow: true }).allowed).toBe(
      false,
    );
  });

  it('are needed on both sides across accounts', () => {
    const resource = resourcePolicy(allow('sqs:SendMessage', '*', { Principal: root }));
    const there = { resourceAccount: '999988887777' };
    expect(
      ask([allow('sqs:*')], 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:999988887777:q', {}, { ...there, resource })
        .allowed,
    ).toBe(true);
    expect(ask([allow('sqs:*')], 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:999988887777:q', {}, there).allowed).toBe(
      false,
    );
    expect(ask([], 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:999988887777:q', {}, { ...there, resource }).allowed).toBe(
      false,
    );
  });

  it('are the only way in for a service', () => {
    const rule = 'arn:aws:events:eu-west-1:111122223333:rule/r';
    const resource = resourcePolicy(
      allow('lambda:InvokeFunction', 'f', {
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnLike: { 'AWS:SourceArn': rule } },
      }),
    );
    const call = (SourceArn: string): boolean =>
      evaluate(
        { kind: 'service', service: 'events.amazonaws.com' },
        { action: 'lambda:InvokeFunction', resource: 'f', context: { 'aws:SourceArn': SourceArn } },
        { identity: [], resource },
      ).allowed;
    expect(call(rule)).toBe(true);
    expect(call(`${rule}2`)).toBe(false);
  });
});
