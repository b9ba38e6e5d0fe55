import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appWith, EVERYTHING, MEMBER, resourcesOf, templateOf, templates } from './synthesized';

describe('the flags', () => {
  test.each(Object.entries(EVERYTHING))('%s = %j synthesizes by itself', (name, value) => {
    const beside = name === 'adminPairs' ? { memberExternalId: EVERYTHING.memberExternalId } : {};
    expect([...templates({ ...beside, [name]: value }).keys()]).toEqual(
      expect.arrayContaining(['CordonEvidence', 'CordonQuarantine', 'CordonResponse', 'CordonGithub']),
    );
  });

  test.each([
    ['every flag and a bound account', EVERYTHING],
    ['a member account', MEMBER],
  ])('need no account to be asked: %s', (_, context) => {
    const { directory } = appWith(context).synth();
    expect(JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')).missing).toBeUndefined();
    for (const [name, template] of templates(context))
      expect([name, JSON.stringify(template).includes('dummy')]).toEqual([name, false]);
  });

  test('leave no mail unaccounted for: what could not be sent is set aside, with the alarm of all such queues', () => {
    const template = templateOf('CordonResponse', { alarmEmail: 'soc@acme.example' });
    const [mail] = resourcesOf(template, 'AWS::SNS::Subscription');
    const queue = resourcesOf(template, 'AWS::SQS::Queue').find(([id]) => id.startsWith('Unmailed'))?.[0];
    expect(queue).toBeDefined();
    expect(JSON.stringify(mail?.[1].Properties.RedrivePolicy)).toContain(queue);
    const alarm = resourcesOf(template, 'AWS::CloudWatch::Alarm').find(([id]) => /SomethingWasSetAside/.test(id));
    expect(JSON.stringify(alarm?.[1].Properties)).toContain(queue);
  });

  test.each(['CordonQuarantine', 'CordonResponse'])('put every log group of %s under a key of its own', (name) => {
    const template = templateOf(name, { encryptLogs: true });
    const key = resourcesOf(template, 'AWS::KMS::Key').find(([id]) => id.startsWith('LogKey'));
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(0);
    for (const [id, { Properties }] of groups)
      expect([id, Properties.KmsKeyId, Properties.RetentionInDays]).toEqual([
        id,
        { 'Fn::GetAtt': [key?.[0], 'Arn'] },
        365,
      ]);
    for (const [id, { Properties }] of resourcesOf(templateOf(name), 'AWS::Logs::LogGroup'))
      expect([id, Properties.KmsKeyId]).toEqual([id, undefined]);
  });

  test('put the flow logs of the demo where they say', () => {
    const kinds = (demoFlowLogs: string) =>
      resourcesOf(templateOf('CordonDemo', { demo: true, demoFlowLogs }), 'AWS::EC2::FlowLog').map(
        ([, { Properties }]) => Properties.LogDestinationType,
      );
    expect(['none', 'cloudwatch', 's3', 'both'].map(kinds)).toEqual([
      [],
      ['cloud-watch-logs'],
      ['s3'],
      ['cloud-watch-logs', 's3'],
    ]);
  });
});
