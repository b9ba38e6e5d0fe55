import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Assembly, readAssembly } from '../../../lab/assembly/assembly';
import { Deployment, type Provision } from '../../../lab/assembly/deployment';

type Resources = Record<string, { Type: string; Properties?: object; DependsOn?: string; Condition?: string }>;

function assembly(
  ...stacks: { name: string; Resources: Resources; Outputs?: object; dependencies?: string[] }[]
): Assembly {
  const folder = mkdtempSync(path.join(tmpdir(), 'assembly-'));
  const write = (name: string, content: object): void =>
    writeFileSync(path.join(folder, name), JSON.stringify(content));
  const artifacts = stacks.map(({ name, dependencies }) => [
    name,
    {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      dependencies,
      properties: { templateFile: `${name}.json` },
    },
  ]);
  write('manifest.json', { artifacts: Object.fromEntries(artifacts) });
  for (const { name, Resources, Outputs } of stacks) write(`${name}.json`, { Resources, Outputs });
  return readAssembly(folder);
}

function deploy(from: Assembly): { made: string[]; deployment: Deployment } {
  const made: string[] = [];
  const thing: Provision = ({ logicalId, properties, name }) => {
    made.push(`${logicalId} ${JSON.stringify(properties)}`);
    return { ref: name(40), attributes: { Arn: `arn:${logicalId}` } };
  };
  const options = {
    account: '111122223333',
    region: 'eu-west-1',
    provisions: { Thing: thing },
    inert: new Set(['Inert']),
  };
  const deployment = new Deployment(from, options);
  deployment.deploy();
  return { made, deployment };
}

describe('a deployment', () => {
  it('makes what is referred to first, whatever the order in the template', () => {
    const Resources = {
      A: { Type: 'Thing', Properties: { b: { 'Fn::GetAtt': ['B', 'Arn'] } } },
      B: { Type: 'Thing', DependsOn: 'C' },
      C: { Type: 'Thing' },
    };
    expect(deploy(assembly({ name: 'S', Resources })).made).toEqual(['C {}', 'B {}', 'A {"b":"arn:B"}']);
  });

  it('hands exports to later stacks', () => {
    const Outputs = { X: { Value: { 'Fn::GetAtt': ['A', 'Arn'] }, Export: { Name: 'shared' } } };
    const first = { name: 'Zeta', Resources: { A: { Type: 'Thing' } }, Outputs };
    const second = {
      name: 'Alpha',
      Resources: { B: { Type: 'Thing', Properties: { a: { 'Fn::ImportValue': 'shared' } } } },
      dependencies: ['Zeta'],
    };
    expect(deploy(assembly(second, first)).made).toEqual(['A {}', 'B {"a":"arn:A"}']);
  });

  it('gives the same names in every run, within the limit', () => {
    const Resources = { ARatherLongLogicalIdThatWouldNotFit1234567890: { Type: 'Thing' } };
    const names = [1, 2].map(
      () => deploy(assembly({ name: 'AlsoALongStackName', Resources })).deployment.deployed()[0]?.ref,
    );
    expect(names[0]).toBe(names[1]);
    expect(names[0]?.length).toBeLessThanOrEqual(40);
  });

  it.each<[string, Resources, string]>([
    ['an unknown type', { A: { Type: 'AWS::Odd::Thing' } }, 'does not model AWS::Odd::Thing (S/A)'],
    [
      'an unknown attribute',
      { A: { Type: 'Thing' }, B: { Type: 'Thing', Properties: { x: { 'Fn::GetAtt': ['A', 'Shape'] } } } },
      'attribute Shape of Thing',
    ],
    [
      'a circle',
      { A: { Type: 'Thing', Properties: { b: { Ref: 'B' } } }, B: { Type: 'Thing', Properties: { a: { Ref: 'A' } } } },
      'refer to each other in a circle',
    ],
    ['a missing resource', { A: { Type: 'Thing', Properties: { b: { Ref: 'Nobody' } } } }, 'refers to Nobody'],
    [
      'a missing export',
      { A: { Type: 'Thing', Properties: { b: { 'Fn::ImportValue': 'nothing' } } } },
      'imports nothing',
    ],
  ])('names %s', (_what, Resources, message) => {
    expect(() => deploy(assembly({ name: 'S', Resources }))).toThrow(message);
  });

  it('says in one sentence that a folder is no assembly', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'empty-'));
    expect(() => readAssembly(folder)).toThrow(/manifest\.json is not there: point at a cdk\.out folder/);
    writeFileSync(path.join(folder, 'manifest.json'), '{');
    expect(() => readAssembly(folder)).toThrow('is not JSON');
    writeFileSync(path.join(folder, 'manifest.json'), '{"artifacts":{}}');
    expect(() => readAssembly(folder)).toThrow('holds no stack');
  });
});

describe('a deployment over another', () => {
  const options = (made: string[], more: object = {}) => ({
    account: '111122223333',
    region: 'eu-west-1',
    inert: new Set<string>(),
    provisions: Object.fromEntries(
      ['Thing', 'Fixed'].map((type): [string, Provision] => [
        type,
        ({ logicalId, properties }) => {
          made.push(logicalId);
          return { ref: `${logicalId}:${JSON.stringify(properties)}` };
        },
      ]),
    ),
    updatable: new Set(['Thing']),
    removable: new Set(['Thing']),
    ...more,
  });
  const first = { A: { Type: 'Thing' }, B: { Type: 'Thing', Properties: { a: { Ref: 'A' } } }, C: { Type: 'Fixed' } };

  function update(Resources: Resources): { made: string[]; changed: readonly string[] } {
    const before = new Deployment(assembly({ name: 'S', Resources: first }), options([]));
    before.deploy();
    const made: string[] = [];
    const after = new Deployment(assembly({ name: 'S', Resources }), options(made, { before }));
    after.deploy();
    return { made, changed: after.changed };
  }

  it('touches nothing when nothing differs', () => {
    expect(update(first)).toEqual({ made: [], changed: [] });
  });

  it('makes again what changed and what refers to it', () => {
    expect(update({ ...first, A: { Type: 'Thing', Properties: { x: 1 } } }).made).toEqual(['A', 'B']);
  });

  it('names a resource that vanished, and refuses what it cannot change', () => {
    const { B: _, ...rest } = first;
    expect(update(rest).changed).toEqual(['S/B']);
    expect(() => update({ ...first, C: { Type: 'Fixed', Properties: { x: 1 } } })).toThrow(
      'The lab does not model a change of Fixed (S/C).',
    );
  });
});
