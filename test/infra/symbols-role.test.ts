import { resourcesOf, templateOf } from './synthesized';

const policies = (context: Record<string, unknown>) =>
  resourcesOf(templateOf('CordonGithub', context), 'AWS::IAM::Policy').filter(([id]) => id.startsWith('SymbolsRole'));

describe('the role of symbols.yml', () => {
  test('is there only when asked for', () => {
    expect(policies({})).toEqual([]);
    expect(policies({ symbolFactory: true })).toHaveLength(1);
  });

  test('puts symbols and says so, and reads nothing', () => {
    const [policy] = policies({ symbolFactory: true });
    const statements: { Action: string; Resource: unknown; Condition?: object }[] =
      policy?.[1].Properties.PolicyDocument.Statement;
    expect(statements.map(({ Action }) => Action)).toEqual(['s3:PutObject', 'events:PutEvents']);
    expect(JSON.stringify(statements[0]?.Resource)).toContain('/symbols/linux/*');
    expect(statements[1]?.Condition).toEqual({
      StringEquals: { 'events:source': 'cordon.github', 'events:detail-type': 'Symbols ready' },
    });
  });
});
