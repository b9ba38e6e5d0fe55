import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as ebs from '@aws-sdk/client-ebs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as guardduty from '@aws-sdk/client-guardduty';
import * as s3 from '@aws-sdk/client-s3';
import * as sfn from '@aws-sdk/client-sfn';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import { AwsFault, type Operation, type ServiceDouble } from '../../../../lab/aws/service';
import { serve, type TinyServer } from '../tiny-server';

/** A double that answers `output` and remembers what it was asked. */
function echo(parts: Omit<ServiceDouble, 'operations'>, name: string, output: object | Error) {
  const seen: unknown[] = [];
  const operation: Operation = {
    run(input) {
      seen.push(input);
      if (output instanceof Error) throw output;
      return output;
    },
  };
  return { seen, double: { ...parts, operations: { [name]: operation } } satisfies ServiceDouble };
}

const EC2 = {
  name: 'ec2',
  protocol: 'ec2',
  model: ec2,
  xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
} as const;

async function against<T>(double: ServiceDouble, use: (server: TinyServer) => Promise<T>): Promise<T> {
  const server = await serve(double);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

describe('the ec2 codec', () => {
  it('carries nested lists, booleans and numbers both ways', async () => {
    const input = {
      Filters: [
        { Name: 'tag:Name', Values: ['a & b', '<c>'] },
        { Name: 'instance-state-name', Values: ['running'] },
      ],
      MaxResults: 50,
      DryRun: false,
    };
    const output = {
      Reservations: [
        {
          ReservationId: 'r-1',
          Instances: [
            {
              InstanceId: 'i-1',
              LaunchTime: new Date('2026-05-16T02:00:00.000Z'),
              EbsOptimized: true,
              Tags: [{ Key: 'Name', Value: '<!channel> & "x"' }],
              NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', Groups: [{ GroupId: 'sg-1', GroupName: 'web' }] }],
            },
          ],
        },
      ],
    };
    const { seen, double } = echo(EC2, 'DescribeInstances', output);
    const answer = await against(double, (server) =>
      new ec2.EC2Client(server.config).send(new ec2.DescribeInstancesCommand(input)),
    );
    expect(seen).toEqual([input]);
    expect(answer.Reservations).toMatchObject(output.Reservations);
  });

  it('answers errors under their code', async () => {
    const { double } = echo(
      EC2,
      'StopInstances',
      new AwsFault('IncorrectInstanceState', 'not in a state to be stopped'),
    );
    const failed = against(double, (server) =>
      new ec2.EC2Client(server.config).send(new ec2.StopInstancesCommand({ InstanceIds: ['i-1'] })),
    );
    await expect(failed).rejects.toMatchObject({
      name: 'IncorrectInstanceState',
      message: 'not in a state to be stopped',
    });
  });

  it('refuses an operation that the double does not have, loudly', async () => {
    const { double } = echo(EC2, 'DescribeInstances', {});
    const failed = against(double, (server) =>
      new ec2.EC2Client(server.config).send(new ec2.DescribeImagesCommand({})),
    );
    await expect(failed).rejects.toMatchObject({ name: 'LabUnsupported' });
  });

  it('refuses an input member that the double does not honour', async () => {
    const { double } = echo(EC2, 'StopInstances', {});
    const strict = { ...double, operations: { StopInstances: { members: ['InstanceIds'], run: () => ({}) } } };
    const failed = against(strict, (server) =>
      new ec2.EC2Client(server.config).send(new ec2.StopInstancesCommand({ InstanceIds: ['i-1'], Hibernate: true })),
    );
    await expect(failed).rejects.toMatchObject({
      name: 'LabUnsupported',
      message: expect.stringContaining('Hibernate'),
    });
  });
});

describe('the query codec', () => {
  const base = { name: 'autoscaling', protocol: 'query', model: autoscaling } as const;

  it('reads member lists and wraps the result', async () => {
    const output = {
      AutoScalingInstances: [
        {
          InstanceId: 'i-1',
          AutoScalingGroupName: 'g',
          AvailabilityZone: 'a',
          LifecycleState: 'InService',
          HealthStatus: 'HEALTHY',
          ProtectedFromScaleIn: false,
        },
      ],
    };
    const { seen, double } = echo(base, 'DescribeAutoScalingInstances', output);
    const answer = await against(double, (server) =>
      new autoscaling.AutoScalingClient(server.config).send(
        new autoscaling.DescribeAutoScalingInstancesCommand({ InstanceIds: ['i-1', 'i-2'] }),
      ),
    );
    expect(seen).toEqual([{ InstanceIds: ['i-1', 'i-2'] }]);
    expect(answer.AutoScalingInstances).toEqual(output.AutoScalingInstances);
  });

  it('throws the typed exception of the service', async () => {
    const { double } = echo(base, 'EnterStandby', new AwsFault('ValidationError', 'below the minimum'));
    const failed = against(double, (server) =>
      new autoscaling.AutoScalingClient(server.config).send(
        new autoscaling.EnterStandbyCommand({ AutoScalingGroupName: 'g', ShouldDecrementDesiredCapacity: true }),
      ),
    );
    await expect(failed).rejects.toMatchObject({ name: 'ValidationError', message: 'below the minimum' });
  });
});

describe('the json codecs', () => {
  it('turn epoch seconds into dates and name the error type', async () => {
    const double = echo({ name: 'ssm', protocol: 'json-1.1', model: ssm }, 'SendCommand', {
      Command: { CommandId: 'c', RequestedDateTime: new Date(1_700_000_000_000) },
    });
    const answer = await against(double.double, (server) =>
      new ssm.SSMClient(server.config).send(
        new ssm.SendCommandCommand({ DocumentName: 'd', InstanceIds: ['i-1'], Parameters: { a: ['1'] } }),
      ),
    );
    expect(double.seen).toEqual([{ DocumentName: 'd', InstanceIds: ['i-1'], Parameters: { a: ['1'] } }]);
    expect(answer.Command?.RequestedDateTime).toEqual(new Date(1_700_000_000_000));
    const gone = echo(
      { name: 'states', protocol: 'json-1.0', model: sfn },
      'SendTaskSuccess',
      new AwsFault('TaskTimedOut', 'closed'),
    );
    const failed = against(gone.double, (server) =>
      new sfn.SFNClient(server.config).send(new sfn.SendTaskSuccessCommand({ taskToken: 't', output: '{}' })),
    );
    await expect(failed).rejects.toBeInstanceOf(sfn.TaskTimedOut);
  });

  it('serve the SQS client, which checks the body digest of what it sent', async () => {
    const { seen, double } = echo({ name: 'sqs', protocol: 'json-1.0', model: sqs }, 'DeleteMessage', {});
    await against(double, (server) =>
      new sqs.SQSClient(server.config).send(
        new sqs.DeleteMessageCommand({ QueueUrl: `${server.endpoint}/1/q`, ReceiptHandle: 'r' }),
      ),
    );
    expect(seen).toMatchObject([{ ReceiptHandle: 'r' }]);
  });
});

describe('the rest codecs', () => {
  it('bind path labels and JSON bodies', async () => {
    const { seen, double } = echo({ name: 'guardduty', protocol: 'rest-json', model: guardduty }, 'GetFindings', {
      Findings: [{ Id: 'f', Type: 't', Severity: 8 }],
    });
    const answer = await against(double, (server) =>
      new guardduty.GuardDutyClient(server.config).send(
        new guardduty.GetFindingsCommand({ DetectorId: 'd/1', FindingIds: ['f'] }),
      ),
    );
    expect(seen).toEqual([{ DetectorId: 'd/1', FindingIds: ['f'] }]);
    expect(answer.Findings).toMatchObject([{ Id: 'f', Severity: 8 }]);
  });

  it('bind query parameters, headers and raw bodies', async () => {
    const { seen, double } = echo({ name: 'ebs', protocol: 'rest-json', model: ebs }, 'GetSnapshotBlock', {
      DataLength: 4,
      Checksum: 'abcd',
      ChecksumAlgorithm: 'SHA256',
      BlockData: Buffer.from('data'),
    });
    const bytes = await against(double, async (server) => {
      const answer = await new ebs.EBSClient(server.config).send(
        new ebs.GetSnapshotBlockCommand({ SnapshotId: 'snap-1', BlockIndex: 3, BlockToken: 'a/b+c=' }),
      );
      expect(answer).toMatchObject({ DataLength: 4, Checksum: 'abcd' });
      return answer.BlockData?.transformToString();
    });
    expect(seen).toEqual([{ SnapshotId: 'snap-1', BlockIndex: 3, BlockToken: 'a/b+c=' }]);
    expect(bytes).toBe('data');
  });

  it('tell S3 operations on one path apart and read XML bodies', async () => {
    const seen: [string, unknown][] = [];
    const record = (name: string, output: object): Operation => ({
      run(input) {
        seen.push([name, input]);
        return output;
      },
    });
    const double: ServiceDouble = {
      name: 's3',
      protocol: 'rest-xml',
      model: s3,
      operations: {
        PutObject: record('PutObject', { ETag: '"e"', VersionId: 'v1' }),
        UploadPart: record('UploadPart', { ETag: '"p"' }),
        CompleteMultipartUpload: record('CompleteMultipartUpload', { ETag: '"m"', Key: 'a/b c.txt' }),
        ListObjectsV2: record('ListObjectsV2', { Contents: [{ Key: 'k', Size: 3 }], IsTruncated: false }),
      },
    };
    await against(double, async (server) => {
      const client = new s3.S3Client({ ...server.config, requestChecksumCalculation: 'WHEN_REQUIRED' });
      const target = { Bucket: 'evidence', Key: 'a/b c.txt' };
      const put = await client.send(
        new s3.PutObjectCommand({ ...target, Body: 'hello', Metadata: { origin: 'recorded' } }),
      );
      expect(put.VersionId).toBe('v1');
      await client.send(new s3.UploadPartCommand({ ...target, UploadId: 'u', PartNumber: 2, Body: 'part' }));
      await client.send(
        new s3.CompleteMultipartUploadCommand({
          ...target,
          UploadId: 'u',
          MultipartUpload: { Parts: [{ ETag: '"p"', PartNumber: 2 }] },
        }),
      );
      const list = await client.send(new s3.ListObjectsV2Command({ Bucket: 'evidence', Prefix: 'a/' }));
      expect(list.Contents).toMatchObject([{ Key: 'k', Size: 3 }]);
    });
    expect(seen).toMatchObject([
      ['PutObject', { Bucket: 'evidence', Key: 'a/b c.txt', Metadata: { origin: 'recorded' } }],
      ['UploadPart', { UploadId: 'u', PartNumber: 2 }],
      ['CompleteMultipartUpload', { MultipartUpload: { Parts: [{ ETag: '"p"', PartNumber: 2 }] } }],
      ['ListObjectsV2', { Bucket: 'evidence', Prefix: 'a/' }],
    ]);
  });
});
