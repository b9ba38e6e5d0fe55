import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import {
  CfnLaunchTemplate,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, CfnInstanceProfile, Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { EvidenceStack } from './evidence-stack';

export interface QuarantineProps extends StackProps {
  readonly evidence: EvidenceStack;
  /** AMI id of the forensic instance, or `resolve:ssm:NAME` of the parameter that holds it. */
  readonly analysisImage: string;
}

/** Where evidence is opened: no internet, no SSH, nothing but our buckets and Systems Manager. */
export class QuarantineStack extends Stack {
  readonly vpc: Vpc;
  readonly forensicTemplate: CfnLaunchTemplate;
  readonly forensicRole: Role;
  readonly collectionRole: Role;
  readonly collectionProfile: CfnInstanceProfile;
  readonly endpointGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: QuarantineProps) {
    super(scope, id, props);
    this.vpc = this.sealedVpc(props.evidence);
    this.forensicRole = this.forensicHostRole(props.evidence);
    this.collectionRole = this.victimRole();
    const forensicProfile = new CfnInstanceProfile(this, 'ForensicProfile', { roles: [this.forensicRole.roleName] });
    this.collectionProfile = new CfnInstanceProfile(this, 'CollectionProfile', {
      roles: [this.collectionRole.roleName],
    });
    this.endpointGroup = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      allowAllOutbound: false,
      description: 'Interface endpoints, there only while a forensic instance is',
    });
    const host = new SecurityGroup(this, 'ForensicHost', {
      vpc: this.vpc,
      allowAllOutbound: false,
      description: 'Forensic instances: HTTPS to endpoints and S3 only',
    });
    host.addEgressRule(Peer.ipv4(this.vpc.vpcCidrBlock), Port.HTTPS, 'Interface endpoints');
    host.addEgressRule(Peer.prefixList(this.s3PrefixList()), Port.HTTPS, 'S3 through the gateway endpoint');
    this.endpointGroup.addIngressRule(host, Port.HTTPS, 'Forensic instances');
    this.forensicTemplate = this.template(host, forensicProfile, props.analysisImage);
    new CfnOutput(this, 'CollectionProfileArn', { value: this.collectionProfile.attrArn });
  }

  /** Two isolated subnets, no gateway to anywhere; the S3 endpoint serves our two buckets and nothing else. */
  private sealedVpc(evidence: EvidenceStack): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.213.0.0/24'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'forensic', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 }],
      restrictDefaultSecurityGroup: false,
    });
    const s3 = vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    s3.addToPolicy(
      new PolicyStatement({
        sid: 'OurBucketsOnly',
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [evidence.evidence.arnForObjects('*'), evidence.tools.arnForObjects('*')],
      }),
    );
    vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLogs', { retention: RetentionDays.ONE_YEAR }),
      ),
      trafficType: FlowLogTrafficType.ALL,
    });
    return vpc;
  }

  /**
   * Prefix list of S3 in this region, from a mapping would go stale: AWS publishes it per region under a fixed
   * name, and CDK context look-ups need an account. Given by context, `pl-6da54004` (eu-west-1) otherwise.
   */
  private s3PrefixList(): string {
    const given: unknown = this.node.tryGetContext('s3PrefixList');
    return typeof given === 'string' ? given : 'pl-6da54004';
  }

  /** The forensic host reads images and tools, writes derived results, and speaks to Systems Manager. */
  private forensicHostRole(evidence: EvidenceStack): Role {
    const role = new Role(this, 'ForensicRole', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    allowSystemsManager(role);
    role.addToPolicy(
      new PolicyStatement({
        sid: 'ReadImagesAndTools',
        actions: ['s3:GetObject'],
        resources: [evidence.evidence.arnForObjects('incidents/*/images/*'), evidence.tools.arnForObjects('*')],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        sid: 'WriteResults',
        actions: ['s3:PutObject'],
        resources: [evidence.evidence.arnForObjects('incidents/*/derived/*')],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        sid: 'UseTheEvidenceKeyThroughS3',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [evidence.evidenceKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${this.region}.amazonaws.com` } },
      }),
    );
    return role;
  }

  /** The victim keeps Systems Manager and nothing else: uploads use presigned URLs, never its credentials. */
  private victimRole(): Role {
    const role = new Role(this, 'CollectionRole', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
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

  private template(host: SecurityGroup, profile: CfnInstanceProfile, imageId: string): CfnLaunchTemplate {
    return new CfnLaunchTemplate(this, 'ForensicTemplate', {
      launchTemplateData: {
        imageId,
        instanceType: 'm7i.large',
        iamInstanceProfile: { arn: profile.attrArn },
        securityGroupIds: [host.securityGroupId],
        metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1, httpEndpoint: 'enabled' },
        monitoring: { enabled: true },
        instanceInitiatedShutdownBehavior: 'terminate',
        blockDeviceMappings: [
          {
            deviceName: '/dev/xvda',
            ebs: { volumeSize: 100, volumeType: 'gp3', encrypted: true, deleteOnTermination: true },
          },
        ],
      },
    });
  }
}

/** What the agent needs (the content of AmazonSSMManagedInstanceCore that Run Command uses), without its parameter reads. */
function allowSystemsManager(role: Role): void {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'SystemsManagerAgent',
      actions: [
        'ec2messages:AcknowledgeMessage',
        'ec2messages:DeleteMessage',
        'ec2messages:FailMessage',
        'ec2messages:GetEndpoint',
        'ec2messages:GetMessages',
        'ec2messages:SendReply',
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      resources: ['*'],
    }),
  );
}
