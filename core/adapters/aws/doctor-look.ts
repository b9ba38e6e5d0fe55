import { DescribeImagesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { GetDetectorCommand, type GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import { GetObjectLockConfigurationCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { DoctorPorts } from '../../doctor/checks';
import { calling, orElse } from './aws-call';

export interface DoctorClients {
  readonly ec2: EC2Client;
  readonly guardduty: GuardDutyClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
}

type AwsLook = Pick<DoctorPorts, 'activeDetectors' | 'image' | 'retention'>;

/** The AWS side of `cordon doctor`: reads only. `image` is an AMI id or `resolve:ssm:NAME`. */
export function awsDoctorLook(
  clients: DoctorClients,
  at: { readonly bucket: string; readonly image: string },
): AwsLook {
  return {
    async activeDetectors() {
      const { guardduty } = clients;
      const { DetectorIds = [] } = await calling('list detectors', () => guardduty.send(new ListDetectorsCommand({})));
      const states = await Promise.all(
        DetectorIds.map((DetectorId) =>
          calling('look at a detector', () => guardduty.send(new GetDetectorCommand({ DetectorId }))),
        ),
      );
      return states.filter(({ Status }) => Status === 'ENABLED').length;
    },
    async image() {
      const id = await imageId(clients.ssm, at.image);
      if (id === undefined) return undefined;
      const unknown = ['InvalidAMIID.NotFound', 'InvalidAMIID.Malformed', 'InvalidAMIID.Unavailable'];
      const answer = await orElse('look at the image', unknown, undefined, () =>
        clients.ec2.send(new DescribeImagesCommand({ ImageIds: [id] })),
      );
      return answer?.Images?.some(({ State }) => State === 'available') ? id : undefined;
    },
    async retention() {
      const answer = await orElse('read the lock', ['ObjectLockConfigurationNotFoundError'], undefined, () =>
        clients.s3.send(new GetObjectLockConfigurationCommand({ Bucket: at.bucket })),
      );
      const kept = answer?.ObjectLockConfiguration?.Rule?.DefaultRetention;
      return kept?.Mode === undefined || kept.Days === undefined ? undefined : { mode: kept.Mode, days: kept.Days };
    },
  };
}

async function imageId(ssm: SSMClient, image: string): Promise<string | undefined> {
  if (!image.startsWith('resolve:ssm:')) return image;
  const Name = image.slice('resolve:ssm:'.length);
  const answer = await orElse('read the image parameter', ['ParameterNotFound'], undefined, () =>
    ssm.send(new GetParameterCommand({ Name })),
  );
  return answer?.Parameter?.Value;
}

/** Text of a secret; undefined while it has no version. */
export async function secretText(secrets: SecretsManagerClient, arn: string): Promise<string | undefined> {
  const answer = await orElse('read a secret', ['ResourceNotFoundException'], undefined, () =>
    secrets.send(new GetSecretValueCommand({ SecretId: arn })),
  );
  return answer?.SecretString;
}
