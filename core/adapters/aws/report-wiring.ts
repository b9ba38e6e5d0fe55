import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { EvidenceVault } from '../../ports/evidence-vault';
import type { ReportBus } from '../../ports/report-bus';
import type { Secrets } from '../../ports/secrets';
import { CLIENT_SETTINGS, systemClock } from './clients';
import { s3EvidenceVault } from './evidence-vault';
import { eventReportBus } from './report-bus';
import { awsSecrets } from './secrets';

/** The three services the summary workflow's role may use. */
export function reportWiring(names: { readonly evidenceBucket: string; readonly eventBus: string }): {
  readonly vault: EvidenceVault;
  readonly bus: ReportBus;
  readonly secrets: Secrets;
} {
  return {
    vault: s3EvidenceVault(new S3Client(CLIENT_SETTINGS), names.evidenceBucket),
    bus: eventReportBus(new EventBridgeClient(CLIENT_SETTINGS), names.eventBus),
    secrets: awsSecrets(new SecretsManagerClient(CLIENT_SETTINGS), systemClock),
  };
}
