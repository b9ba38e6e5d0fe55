import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PARAMETER_HELP } from '../../infra/context';
import { anchorOf } from '../../infra/response/alarms';
import { MEMBER, resourcesOf, templateOf } from './synthesized';

const text = readFileSync(join(resolve(__dirname, '../..'), 'runbooks/operator.md'), 'utf8');
const headings = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1] ?? '');
const stacks = [templateOf('CordonResponse'), templateOf('CordonMember', MEMBER)];
const alarms = stacks.flatMap((stack) =>
  resourcesOf(stack, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties),
);
const titles: string[] = alarms.map(({ AlarmDescription }) => AlarmDescription.split('. What to do: ')[0]);

describe('the alarms and runbooks/operator.md', () => {
  test('every alarm links a section that is there', () => {
    for (const { AlarmDescription } of alarms) {
      const [, url = ''] = AlarmDescription.split('. What to do: ');
      expect(url).toMatch(/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/blob\/main\/runbooks\/operator\.md#/);
      expect(headings.map(anchorOf)).toContain(url.split('#')[1]);
    }
  });

  test('the sections before the parameters are exactly the alarms, in their order', () => {
    expect(headings.slice(0, headings.indexOf('Parameters'))).toEqual(titlesInOrder());
  });

  test('every topic of alarms lets CloudWatch publish: with a policy of its own it has lost the one that let everybody in', () => {
    for (const stack of stacks) {
      const topics = resourcesOf(stack, 'AWS::SNS::Topic').map(([id]) => ({ Ref: id }));
      const policies = resourcesOf(stack, 'AWS::SNS::TopicPolicy').map(([, { Properties }]) => Properties);
      expect(policies.flatMap(({ Topics }) => Topics)).toEqual(topics);
      for (const { PolicyDocument } of policies)
        expect(PolicyDocument.Statement).toContainEqual(
          expect.objectContaining({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { ArnLike: { 'aws:SourceArn': expect.anything() } },
          }),
        );
    }
  });

  test('every alarm tells someone, and a missing heartbeat is a failure', () => {
    for (const { AlarmActions, ComparisonOperator, TreatMissingData } of alarms) {
      expect(AlarmActions).toHaveLength(1);
      expect(TreatMissingData).toBe(ComparisonOperator === 'LessThanThreshold' ? 'breaching' : 'notBreaching');
    }
  });
});

test('every parameter of cdk.json stands in the runbook with its sentence', () => {
  for (const { name, says } of PARAMETER_HELP) {
    expect(says).not.toBe('');
    expect(text).toContain(`| \`${name}\` | ${says} |`);
  }
});

test('every variable that the workflows read stands in the runbook, and no other', () => {
  const folder = join(resolve(__dirname, '../..'), '.github/workflows');
  const read = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/\bvars\.([A-Z_]+)/g)].map(([, name]) => name),
  );
  const written = [...text.matchAll(/^\| `(CORDON_[A-Z_]+)` \|/gm)].map(([, name]) => name);
  expect([...written].sort()).toEqual([...new Set(read)].sort());
});

/** Templates keep no order of their own: the runbook's decides, and no title may be missing or too many. */
function titlesInOrder(): readonly string[] {
  const known = new Set(titles);
  return [...headings.filter((heading) => known.has(heading)), ...titles.filter((title) => !headings.includes(title))];
}
