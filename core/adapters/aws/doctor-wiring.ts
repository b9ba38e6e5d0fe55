import { EC2Client } from '@aws-sdk/client-ec2';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
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
  /** Account of whoever runs it. Throws where nobody is signed in. */
  account(): Promise<string | undefined>;
}

/** The AWS services `cordon doctor` reads from: the region is the deployment's, the credentials are of whoever runs it. */
export function doctorWiring(
  at: DoctorPlaces & { readonly signingKey: string; readonly region: string },
): DoctorWiring {
  const settings = { ...CLIENT_SETTINGS, region: at.region };
  const secrets = new SecretsManagerClient(settings);
  const sts = new STSClient(settings);
  const clients = {
    ec2: new EC2Client(settings),
    iam: new IAMClient(settings),
    guardduty: new GuardDutyClient(settings),
    s3: new S3Client(settings),
    ssm: new SSMClient(settings),
    secrets,
  };
  const signer = kmsSigner(new KMSClient(settings), at.signingKey);
  return {
    look: { ...awsDoctorLook(clients, at), signingKey: async () => (await signer.publicKey()).publicKey },
    secretText: (arn) => secretText(secrets, arn),
    account: async () => (await sts.send(new GetCallerIdentityCommand({}))).Account,
  };
}
