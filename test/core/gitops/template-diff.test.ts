import fc from 'fast-check';
import { COMMENT_MARK, diffComment } from '../../../core/gitops/diff-comment';
import { diffTemplates, type TemplateResource, type Templates } from '../../../core/gitops/template-diff';
import { wideningsOf } from '../../../core/gitops/widening';

const stack = (resources: Record<string, TemplateResource>): Templates => new Map([['S', { Resources: resources }]]);
const policy = (...Statement: object[]): TemplateResource => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyDocument: { Version: '2012-10-17', Statement }, Roles: [{ Ref: 'R' }] },
});
const allow = (Action: string, Resource: unknown = '*') => ({ Effect: 'Allow', Action, Resource });
const deny = (Action: string) => ({ Effect: 'Deny', Action, Resource: '*' });
const group = (...SecurityGroupEgress: object[]): TemplateResource => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { SecurityGroupEgress },
});
const widened = (before: TemplateResource | undefined, after: TemplateResource | undefined) =>
  wideningsOf(
    diffTemplates(stack(before === undefined ? {} : { X: before }), stack(after === undefined ? {} : { X: after })),
  ).map(({ kind, says }) => `${kind}: ${says}`);

describe('the diff of templates', () => {
  test('names what was added, removed and changed, with the properties that differ', () => {
    const before = stack({ A: { Type: 'T', Properties: { x: 1, y: [1] } }, B: { Type: 'T' } });
    const after = stack({ A: { Type: 'T', Properties: { x: 2, y: [1] } }, C: { Type: 'U' } });
    expect(diffTemplates(before, after).map(({ id, change, properties }) => [id, change, properties])).toEqual([
      ['A', 'changed', ['x']],
      ['B', 'removed', []],
      ['C', 'added', []],
    ]);
  });

  test('does not care for the order of keys', () => {
    const one = stack({ A: { Type: 'T', Properties: { x: { a: 1, b: 2 } } } });
    const two = stack({ A: { Type: 'T', Properties: { x: { b: 2, a: 1 } } } });
    expect(diffTemplates(one, two)).toEqual([]);
  });

  test('of a template with itself is empty', () => {
    const resources = fc.dictionary(
      fc.string(),
      fc.record({ Type: fc.string(), Properties: fc.dictionary(fc.string(), fc.jsonValue()) }),
    );
    fc.assert(fc.property(resources, (some) => diffTemplates(stack(some), stack(structuredClone(some))).length === 0));
  });
});

describe('what widens', () => {
  test.each([
    ['a new allowing statement', policy(), policy(allow('s3:GetObject')), ['permissions: allows s3:GetObject on *']],
    [
      'an allow on more',
      policy(allow('s3:GetObject', 'a')),
      policy(allow('s3:GetObject', '*')),
      ['permissions: allows s3:GetObject on *'],
    ],
    ['a lost deny', policy(deny('s3:*')), policy(), ['permissions: no longer denies s3:* on *']],
    ['a removed policy', policy(allow('s3:*')), undefined, []],
    ['a new deny', policy(), policy(deny('s3:*')), []],
    ['a statement taken away', policy(allow('s3:GetObject')), policy(), []],
    [
      'a lost boundary',
      { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary: 'b' } },
      { Type: 'AWS::IAM::Role', Properties: {} },
      ['permissions: loses its boundary'],
    ],
    [
      'a managed policy',
      { Type: 'AWS::IAM::Role', Properties: {} },
      { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] } },
      ['permissions: attaches arn:aws:iam::aws:policy/AdministratorAccess'],
    ],
    [
      'an open port',
      group(),
      group({ CidrIp: '0.0.0.0/0', FromPort: 22 }),
      ['network: SecurityGroupEgress: {"CidrIp":"0.0.0.0/0","FromPort":22}'],
    ],
    ['a closed port', group({ CidrIp: '0.0.0.0/0' }), group(), []],
    ['a gateway', undefined, { Type: 'AWS::EC2::InternetGateway' }, ['network: added AWS::EC2::InternetGateway']],
    ['a function', undefined, { Type: 'AWS::Lambda::Function' }, []],
  ])('%s', (_, before, after, expected) => {
    expect(widened(before, after)).toEqual(expected);
  });

  test('anything new is either on the list or no permission', () => {
    const actions = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{2,8}:[A-Z][a-z]{2,8}$/), { maxLength: 5 });
    fc.assert(
      fc.property(actions, actions, (old, now) => {
        const added = now.filter((action) => !old.includes(action)).length;
        return widened(policy(...old.map((a) => allow(a))), policy(...now.map((a) => allow(a)))).length === added;
      }),
    );
  });
});

describe('the comment', () => {
  const changes = diffTemplates(
    stack({}),
    stack({ P: policy(allow('s3:GetObject')), G: { Type: 'AWS::EC2::NatGateway' } }),
  );
  const text = diffComment(changes, wideningsOf(changes));

  test('puts what widens before everything else', () => {
    const order = ['Permissions that widen', 's3:GetObject', 'Network that widens', 'NatGateway', 'Every resource'];
    const places = order.map((part) => text.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  test('starts with its mark, so that the next push finds it', () => {
    expect(text.startsWith(COMMENT_MARK)).toBe(true);
  });

  test('says it when nothing is deployed', () => {
    expect(diffComment([], [])).toContain('No template changes');
  });

  test('stays under what GitHub takes, and text of a template cannot leave its code span', () => {
    const many = diffTemplates(
      stack({}),
      stack(Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`R\`\n${i}`, policy(allow('a:B'))]))),
    );
    const long = diffComment(many, wideningsOf(many));
    expect(long.length).toBeLessThan(65_536);
    expect(long).not.toContain('R`');
  });
});
