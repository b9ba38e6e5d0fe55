import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { templates } from '../infra/synthesized';
import { motoVersion } from '../support/moto';

const SCRIPT = resolve(__dirname, '../support/moto-create-stacks.py');

interface Outcome {
  readonly status: string;
  readonly unsupported: readonly string[];
}

/** What moto 5.2 cannot make from a template; everything else of each stack it makes. */
const BEYOND_MOTO: Readonly<Record<string, readonly string[]>> = {
  CordonEvidence: ['AWS::S3::BucketPolicy'],
  CordonQuarantine: [
    'AWS::Route53Resolver::FirewallDomainList',
    'AWS::Route53Resolver::FirewallRuleGroup',
    'AWS::Route53Resolver::FirewallRuleGroupAssociation',
  ],
  CordonResponse: [
    'AWS::ApiGatewayV2::Api',
    'AWS::ApiGatewayV2::Integration',
    'AWS::ApiGatewayV2::Route',
    'AWS::ApiGatewayV2::Stage',
    'AWS::CloudWatch::Alarm',
    'AWS::Lambda::Alias',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::EventSourceMapping',
    'AWS::SNS::TopicPolicy',
    'AWS::SQS::QueuePolicy',
    'AWS::SecretsManager::Secret',
    'AWS::StepFunctions::StateMachineAlias',
    'AWS::StepFunctions::StateMachineVersion',
  ],
  CordonGithub: ['AWS::IAM::OIDCProvider'],
};

describe('moto', () => {
  (motoVersion() === undefined ? test.skip : test)('creates every stack, apart from the types it does not know', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-moto-'));
    const files = [...templates()].map(([name, template]) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(template));
      return file;
    });
    const run = spawnSync('python3', [SCRIPT, ...files], { encoding: 'utf8', maxBuffer: 1 << 26 });
    const outcome: Record<string, Outcome> = JSON.parse(run.stdout);
    const statuses = Object.entries(outcome).map(([name, { status }]) => [name, status]);
    expect(statuses).toEqual([...templates().keys()].map((name) => [name, 'CREATE_COMPLETE']));
    const unsupported = Object.entries(outcome).map(([name, each]) => [name, each.unsupported] as const);
    expect(Object.fromEntries(unsupported)).toEqual(BEYOND_MOTO);
  });
});
