import { dictOf, textOf } from '../aws/platform';
import type { Provision } from './deployment';

/** Types of which the lab needs no more than a name and an ARN. */
export function simpleProvisions(): Readonly<Record<string, Provision>> {
  return {
    'AWS::Logs::LogGroup': ({ properties, partition, region, account, name: named }) => {
      const name = textOf(properties.LogGroupName) || named(255);
      return { ref: name, attributes: { Arn: `arn:${partition}:logs:${region}:${account}:log-group:${name}:*` } };
    },
    'AWS::SNS::Topic': ({ properties, partition, region, account, name: named }) => {
      const name = textOf(properties.TopicName) || named(256);
      const arn = `arn:${partition}:sns:${region}:${account}:${name}`;
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
    'AWS::SSM::Parameter': ({ properties, name }) => {
      const ref = textOf(properties.Name) || name(255);
      return { ref, attributes: { Type: properties.Type, Value: properties.Value } };
    },
    'AWS::CloudFormation::CustomResource': ({ properties, logicalId }) => {
      throw new Error(
        `The lab does not model the custom resource ${logicalId} (${textOf(dictOf(properties).ServiceToken)}).`,
      );
    },
  };
}
