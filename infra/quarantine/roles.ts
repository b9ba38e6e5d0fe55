import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { AGENT_ACTIONS } from '../../core/agent-actions';
import type { EvidenceStack } from '../stacks/evidence-stack';

/** The forensic host reads images and tools, writes results and its marker, and speaks to Systems Manager. */
export function forensicHostRole(scope: Construct, evidence: EvidenceStack): Role {
  const role = new Role(scope, 'ForensicRole', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  allowSystemsManager(role);
  role.addToPolicy(
    new PolicyStatement({
      sid: 'ReadImagesAndTools',
      actions: ['s3:GetObject'],
      resources: [evidence.evidence.arnForObjects('incidents/*/images/*'), evidence.tools.arnForObjects('*')],
    }),
  );
  // Copying a folder lists it first. Of evidence nothing is listed: the machine is told what to read.
  role.addToPolicy(
    new PolicyStatement({
      sid: 'ListSymbolsAndRules',
      actions: ['s3:ListBucket'],
      resources: [evidence.tools.bucketArn],
      conditions: { StringLike: { 's3:prefix': ['symbols/*', 'yara/*'] } },
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      sid: 'WriteResults',
      actions: ['s3:PutObject'],
      resources: ['derived/disk/*', 'derived/memory/*', 'work/ready-*'].map((part) =>
        evidence.evidence.arnForObjects(`incidents/*/${part}`),
      ),
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      sid: 'UseTheEvidenceKeyThroughS3',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [evidence.evidenceKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(scope).region}.amazonaws.com` } },
    }),
  );
  return role;
}

/** The victim keeps Systems Manager and nothing else: uploads use presigned URLs, never its credentials. */
export function collectionRole(scope: Construct): Role {
  const role = new Role(scope, 'CollectionRole', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  allowSystemsManager(role);
  role.addToPolicy(
    new PolicyStatement({
      sid: 'NothingButSystemsManager',
      effect: Effect.DENY,
      notActions: ['ssm:*', 'ssmmessages:*', 'ec2messages:*'],
      resources: ['*'],
    }),
  );
  return role;
}

/** What Run Command needs of AmazonSSMManagedInstanceCore, without its parameter and document reads. None takes a resource. */
export function allowSystemsManager(role: Role): void {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'SystemsManagerAgent',
      actions: Object.values(AGENT_ACTIONS).flat().sort(),
      resources: ['*'],
    }),
  );
}
