import { Duration } from 'aws-cdk-lib';
import { CompositePrincipal, type IRole, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { EvidenceStack } from '../stacks/evidence-stack';

/** What in an incident's folder a victim may be given a URL to write to. */
const VICTIM_WRITES = ['images/*', 'derived/volatile/*', 'work/*'];

/**
 * The role in whose sessions URLs for a victim are signed: a URL allows what its signer may do, for as long as the
 * signer's session lives. A session assumed for the purpose lives its full hour; those of a function are of unknown age.
 */
export function uploadSigner(
  scope: Construct,
  { evidence, tools, evidenceKey }: EvidenceStack,
  region: string,
  signers: readonly IRole[],
): Role {
  const role = new Role(scope, 'UploadSigner', {
    assumedBy: new CompositePrincipal(...signers),
    description: 'Cordon: signs the URLs through which a victim sends its memory and state',
    maxSessionDuration: Duration.hours(1),
  });
  const written = VICTIM_WRITES.map((part) => evidence.arnForObjects(`incidents/*/${part}`));
  const statements = [
    { sid: 'WriteWhatVictimsSend', actions: ['s3:PutObject'], resources: written },
    {
      sid: 'ReadListsAndTools',
      actions: ['s3:GetObject'],
      resources: [evidence.arnForObjects('incidents/*/work/urls-*'), tools.arnForObjects('*')],
    },
    {
      sid: 'EvidenceKeyThroughS3',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [evidenceKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
    },
  ];
  for (const statement of statements) role.addToPolicy(new PolicyStatement(statement));
  return role;
}
