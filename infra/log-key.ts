import { Aspects, type Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';

/**
 * Puts every log group of a stack under a key of its own, where CloudWatch Logs would use one that AWS owns. Logs hold ids and
 * errors, no evidence and no secret: who must show whose key it is turns this on (CloudWatch Logs User Guide, "Encrypt log data").
 */
export function encryptLogs(stack: Stack): void {
  const key = new Key(stack, 'LogKey', { description: 'Cordon: logs at rest', enableKeyRotation: true });
  const groups = `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:*`;
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LogsOfThisAccount',
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    }),
  );
  Aspects.of(stack).add({
    visit(node) {
      if (node instanceof CfnLogGroup) node.kmsKeyId = key.keyArn;
    },
  });
}
