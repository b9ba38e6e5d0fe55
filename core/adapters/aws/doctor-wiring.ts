import { EC2Client } from '@aws-sdk/client-ec2';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { DoctorPorts } from '../../doctor/checks';
import { CLIENT_SETTINGS } from './clients';
import { awsDoctorLook, type DoctorPlaces, secretText } from './doctor-look';
import { kmsSigner } from './signer';

export interface DoctorWiring {
  readonly look: Pick<
    DoctorPorts,
    'activeDetectors' | 'githubRoles' | 'image' | 'quarantine' | 'retention' | 'signingKey'
  >;
  /** Text of a secret by its ARN; undefined while it has none. */
  secretText(arn: string): Promise<string | undefined>;
}

/** The AWS services `cordon doctor` reads from, with the credentials and region of whoever runs it. */
export function doctorWiring(at: DoctorPlaces & { readonly signingKey: string }): DoctorWiring {
  const secrets = new SecretsManagerClient(CLIENT_SETTINGS);
  const clients = {
    ec2: new EC2Client(CLIENT_SETTINGS),
    iam: new IAMClient(CLIENT_SETTINGS),
    guardduty: new GuardDutyClient(CLIENT_SETTINGS),
    s3: new S3Client(CLIENT_SETTINGS),
    ssm: new SSMClient(CLIENT_SETTINGS),
    secrets,
  };
  const signer = kmsSigner(new KMSClient(CLIENT_SETTINGS), at.signingKey);
  return {
    look: { ...awsDoctorLook(clients, at), signingKey: async () => (await signer.publicKey()).publicKey },
    secretText: (arn) => secretText(secrets, arn),
  };
}
