import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { GetDetectorCommand, type GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { GetObjectLockConfigurationCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import type { DoctorPorts } from '../../doctor/checks';
import { calling, orElse } from './aws-call';

export interface DoctorClients {
  readonly ec2: EC2Client;
  readonly guardduty: GuardDutyClient;
  readonly iam: IAMClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
}

type AwsLook = Pick<DoctorPorts, 'activeDetectors' | 'githubRoles' | 'image' | 'quarantine' | 'retention'>;

export interface DoctorPlaces {
  readonly bucket: string;
  readonly image: string;
  /** VPC of the quarantine. */
  readonly vpc: string;
  /** ARNs of the roles for GitHub, by name. */
  readonly roles: Readonly<Record<string, string>>;
}

/** The AWS side of `cordon doctor`: reads only. `image` is an AMI id or `resolve:ssm:NAME`. */
export function awsDoctorLook(clients: DoctorClients, at: DoctorPlaces): AwsLook {
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
    async githubRoles() {
      const look = async ([name, arn]: readonly [string, string]) =>
        [name, await subjectsOf(clients.iam, arn.split('/').at(-1) ?? '')] as const;
      return Object.fromEntries(await Promise.all(Object.entries(at.roles).map(look)));
    },
    quarantine: () => lookAtQuarantine(clients.ec2, at.vpc),
    async retention() {
      const answer = await orElse('read the lock', ['ObjectLockConfigurationNotFoundError'], undefined, () =>
        clients.s3.send(new GetObjectLockConfigurationCommand({ Bucket: at.bucket })),
      );
      const kept = answer?.ObjectLockConfiguration?.Rule?.DefaultRetention;
      return kept?.Mode === undefined || kept.Days === undefined ? undefined : { mode: kept.Mode, days: kept.Days };
    },
  };
}

/** OIDC subjects that the first statement of a role's trust names. */
async function subjectsOf(iam: IAMClient, RoleName: string): Promise<readonly string[] | undefined> {
  const answer = await orElse('look at a role', ['NoSuchEntity', 'NoSuchEntityException'], undefined, () =>
    iam.send(new GetRoleCommand({ RoleName })),
  );
  const document = answer?.Role?.AssumeRolePolicyDocument;
  if (document === undefined) return undefined;
  const parsed = TRUST.safeParse(JSON.parse(decodeURIComponent(document)));
  return parsed.success
    ? parsed.data.Statement.flatMap(({ Condition }) => [Condition.StringEquals[SUBJECT] ?? []].flat())
    : [];
}

const SUBJECT = 'token.actions.githubusercontent.com:sub';
const TRUST = z.object({
  Statement: z.array(
    z.object({
      Condition: z.object({ StringEquals: z.record(z.string(), z.union([z.string(), z.array(z.string())])) }),
    }),
  ),
});

async function lookAtQuarantine(ec2: EC2Client, vpc: string): ReturnType<DoctorPorts['quarantine']> {
  const inVpc = { Name: 'vpc-id', Values: [vpc] };
  const [endpoints, machines] = await Promise.all([
    calling('look at endpoints', () => ec2.send(new DescribeVpcEndpointsCommand({ Filters: [inVpc] }))),
    calling('look for forensic instances', () =>
      ec2.send(
        new DescribeInstancesCommand({
          Filters: [inVpc, { Name: 'instance-state-name', Values: ['pending', 'running'] }],
        }),
      ),
    ),
  ]);
  const living = (endpoints.VpcEndpoints ?? []).filter(({ State }) => !/^delet/i.test(`${State}`));
  return {
    s3: living.some(
      ({ ServiceName, VpcEndpointType }) => /\.s3$/.test(`${ServiceName}`) && VpcEndpointType === 'Gateway',
    ),
    interfaces: living.filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface').length,
    instances: (machines.Reservations ?? []).flatMap(({ Instances = [] }) => Instances).length,
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
