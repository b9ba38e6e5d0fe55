import { App } from 'aws-cdk-lib';
import { readContext } from '../../infra/context';

const read = (context: Record<string, unknown>) => readContext(new App({ context }));

const PAIRS = '[["111122223333","444455556666"]]';
const EXTERNAL_ID = 'cordon-1f0c2a9d7b3e';

describe('the parameters', () => {
  test('all have a default, or may be left out', () => {
    expect(read({})).toMatchObject({ retentionDays: 365, retentionMode: 'governance', dnsFirewall: true, nag: false });
  });

  test('may be given as text, as -c gives them', () => {
    expect(
      read({ retentionDays: '30', dnsFirewall: 'false', adminPairs: PAIRS, memberExternalId: EXTERNAL_ID }),
    ).toMatchObject({
      retentionDays: 30,
      dnsFirewall: false,
      adminPairs: [['111122223333', '444455556666']],
    });
  });

  test('refuse a name that nobody reads: a misspelt flag would stay off in silence', () => {
    expect(() => read({ demos: 'true' })).toThrow(
      /^Context demos is not one of account, .*demo, .* then synthesize again\.$/,
    );
    expect(() =>
      read({ '@aws-cdk/core:x': true, 'aws:cdk:y': true, 'availability-zones:account=1': ['a'] }),
    ).not.toThrow();
  });

  test.each([
    ['account', '12345', 'Context account must be the twelve digits of an AWS account'],
    ['account', 111122223333, 'Context account must be the twelve digits of an AWS account, in quotes'],
    ['adminPairs', 'all', 'Context adminPairs must be a list of pairs of accounts'],
    ['adminPairs', [['111122223333']], 'Context adminPairs.0 must be a list of pairs of accounts'],
    ['region', 'Frankfurt', 'Context region must be a region such as eu-west-1'],
    ['slackChannel', '#incidents', 'Context slackChannel must be a Slack channel id such as C0123456789'],
    ['githubRepository', 'cordon', 'Context githubRepository must be owner/name'],
    ['githubRepositoryIds', 'acme/12', 'Context githubRepositoryIds must be ownerId/repositoryId'],
    ['adminPairs', '[["1","2"]]', 'Context adminPairs.0.0 must be the twelve digits of an AWS account'],
    ['adminPairs', PAIRS, 'Context memberExternalId must be set beside adminPairs or memberOf'],
    ['memberOf', '111122223333', 'Context memberExternalId must be set beside adminPairs or memberOf'],
    ['memberExternalId', 'short', 'Context memberExternalId must be 16 to 128 letters, digits or +=,.@:/-_'],
    ['retentionDays', '0', 'Context retentionDays must be at least 1 day'],
    ['retentionDays', 'forever', 'Context retentionDays must be a number of days'],
    ['retentionMode', 'strict', 'Context retentionMode must be governance or compliance'],
    ['analysisImage', 'ubuntu', 'Context analysisImage must be an ami-… or resolve:ssm:/parameter/name'],
    ['alarmEmail', 'ops', 'Context alarmEmail must be an e-mail address'],
    ['demoFlowLogs', 'yes', 'Context demoFlowLogs must be none, cloudwatch, s3 or both'],
    ['dnsFirewall', 'maybe', 'Context dnsFirewall must be true or false'],
    ['bootstrapQualifier', 'My Team', 'Context bootstrapQualifier must be the qualifier of your CDK bootstrap'],
  ])('refuse %s = %s in one sentence', (name, value, sentence) => {
    expect(() => read({ [name]: value })).toThrow(
      new RegExp(
        `^${sentence.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[^\n]*: set it in cdk.json or with -c, then synthesize again\\.$`,
      ),
    );
  });
});
