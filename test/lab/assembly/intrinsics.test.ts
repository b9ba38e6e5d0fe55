import fc from 'fast-check';
import type { Template } from '../../../lab/assembly/assembly';
import { condition, type ResolveScope, resolve } from '../../../lab/assembly/intrinsics';

const empty: Template = { Resources: {}, Parameters: {}, Conditions: {}, Mappings: {}, Outputs: {} };

function scope(template: Partial<Template> = {}): ResolveScope {
  return {
    stackName: 'Stack',
    account: '111122223333',
    region: 'eu-west-1',
    template: { ...empty, ...template },
    ref: (id) => `ref-${id}`,
    attribute: (id, name) => `${id}.${name}`,
    importValue: (name) => `import-${name}`,
    ssmParameter: (name) => `ssm-${name}`,
  };
}

describe('intrinsic functions', () => {
  it.each<[unknown, unknown]>([
    [{ Ref: 'Thing' }, 'ref-Thing'],
    [{ Ref: 'AWS::AccountId' }, '111122223333'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ 'Fn::GetAtt': ['Thing', 'Arn'] }, 'Thing.Arn'],
    [{ 'Fn::GetAtt': 'Thing.Endpoint.Port' }, 'Thing.Endpoint.Port'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 1]] }, 'a-eu-west-1-1'],
    [{ 'Fn::Sub': 'x-${AWS::Region}-${Thing}-${Thing.Arn}-${!kept}' }, 'x-eu-west-1-ref-Thing-Thing.Arn-${kept}'],
    [{ 'Fn::Sub': ['${a}-${Thing}', { a: { Ref: 'Other' } }] }, 'ref-Other-ref-Thing'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ 'Fn::ImportValue': { 'Fn::Sub': '${AWS::StackName}-x' } }, 'import-Stack-x'],
    [{ 'Fn::Base64': 'a' }, 'YQ=='],
    [{ 'Fn::Length': [1, 2] }, 2],
    [{ 'Fn::ToJsonString': { a: { Ref: 'Thing' } } }, '{"a":"ref-Thing"}'],
    [{ 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    [{ a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] }, { b: [1] }],
    [{ Condition: { StringEquals: { k: 'v' } } }, { Condition: { StringEquals: { k: 'v' } } }],
  ])('%j is %j', (value, expected) => {
    expect(resolve(value, scope())).toEqual(expected);
  });

  it('leave plain JSON as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).match(/"(Ref|Condition|Fn::[^"]*)"/));
        expect(JSON.stringify(resolve(value, scope()))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('choose by condition', () => {
    const template = {
      Parameters: { Stage: { Type: 'String', Default: 'prod' } },
      Conditions: {
        Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
        Quiet: { 'Fn::And': [{ 'Fn::Not': [{ Condition: 'Prod' }] }, { 'Fn::Or': [{ Condition: 'Prod' }, true] }] },
      },
    };
    expect(resolve({ 'Fn::If': ['Prod', 'yes', 'no'] }, scope(template))).toBe('yes');
    expect(condition('Quiet', scope(template))).toBe(false);
  });

  it('read mappings and SSM parameters', () => {
    const template = {
      Mappings: { Lists: { 'eu-west-1': { s3: 'pl-1' } } },
      Parameters: { Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk/version' } },
    };
    expect(resolve({ 'Fn::FindInMap': ['Lists', { Ref: 'AWS::Region' }, 's3'] }, scope(template))).toBe('pl-1');
    expect(resolve({ Ref: 'Version' }, scope(template))).toBe('ssm-/cdk/version');
  });

  it('are refused by name when the lab does not know them', () => {
    expect(() => resolve({ 'Fn::Transform': {} }, scope())).toThrow('Fn::Transform');
  });
});
