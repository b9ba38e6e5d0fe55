import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { AnyPrincipal, CfnInstanceProfile, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ROOT } from '../bundle';
import { dnsFirewall } from '../quarantine/dns-firewall';
import { collectionRole, forensicHostRole } from '../quarantine/roles';
import { twoZones } from '../two-zones';
import type { EvidenceStack } from './evidence-stack';

export interface QuarantineProps extends StackProps {
  readonly evidence: EvidenceStack;
  /** AMI id of the forensic instance, or `resolve:ssm:NAME` of the parameter that holds it. */
  readonly analysisImage: string;
  readonly dnsFirewall: boolean;
}

/** Where evidence is opened: no internet, no SSH, nothing but our buckets and Systems Manager. */
export class QuarantineStack extends Stack {
  readonly vpc: Vpc;
  readonly forensicTemplate: CfnLaunchTemplate;
  readonly forensicRole: Role;
  readonly collectionRole: Role;
  readonly collectionProfile: CfnInstanceProfile;
  /** Of the interface endpoints, which exist only while a forensic instance does: a step makes and removes them. */
  readonly endpointGroup: SecurityGroup;
  readonly hostGroup: SecurityGroup;
  readonly analysisImage: string;

  constructor(scope: Construct, id: string, props: QuarantineProps) {
    super(scope, id, props);
    this.analysisImage = props.analysisImage;
    this.vpc = this.sealedVpc(props.evidence);
    if (props.dnsFirewall) dnsFirewall(this, this.vpc);
    this.forensicRole = forensicHostRole(this, props.evidence);
    this.collectionRole = collectionRole(this);
    const forensicProfile = new CfnInstanceProfile(this, 'ForensicProfile', { roles: [this.forensicRole.roleName] });
    this.collectionProfile = new CfnInstanceProfile(this, 'CollectionProfile', {
      roles: [this.collectionRole.roleName],
    });
    this.endpointGroup = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      allowAllOutbound: false,
      description: 'Interface endpoints, there only while a forensic instance is',
    });
    this.hostGroup = this.forensicHostGroup();
    this.endpointGroup.addIngressRule(this.hostGroup, Port.HTTPS, 'Forensic instances');
    this.forensicTemplate = this.template(forensicProfile, props.analysisImage);
    new CfnOutput(this, 'CollectionProfileArn', { value: this.collectionProfile.attrArn });
  }

  override get availabilityZones(): string[] {
    return twoZones();
  }

  /** Two isolated subnets, no gateway to anywhere; the S3 endpoint serves our two buckets to our own account only. */
  private sealedVpc(evidence: EvidenceStack): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.213.0.0/24'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'forensic', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 }],
      // Emptying the default group takes a function of CDK's; nothing of ours is ever put into that group.
      restrictDefaultSecurityGroup: false,
    });
    const s3 = vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    s3.addToPolicy(
      new PolicyStatement({
        sid: 'OurBucketsOnly',
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [evidence.evidence.arnForObjects('*'), evidence.tools.arnForObjects('*')],
        conditions: { StringEquals: { 'aws:PrincipalAccount': this.account } },
      }),
    );
    s3.addToPolicy(
      new PolicyStatement({
        sid: 'ListOurTools',
        principals: [new AnyPrincipal()],
        actions: ['s3:ListBucket'],
        resources: [evidence.tools.bucketArn],
        conditions: { StringEquals: { 'aws:PrincipalAccount': this.account } },
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
   * Out: HTTPS only. The address is left open on purpose: this VPC routes to itself and to the S3 endpoint and nowhere
   * else (a test holds the template to it), and S3's prefix list has another id in every region, which a template
   * cannot look up. The endpoint's policy says which buckets.
   */
  private forensicHostGroup(): SecurityGroup {
    const host = new SecurityGroup(this, 'ForensicHost', {
      vpc: this.vpc,
      allowAllOutbound: false,
      description: 'Forensic instances: HTTPS to endpoints and S3 only',
    });
    host.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'Interface endpoints and S3: the VPC has no other way out');
    return host;
  }

  private template(profile: CfnInstanceProfile, imageId: string): CfnLaunchTemplate {
    const firstBoot = readFileSync(join(ROOT, 'runbooks', 'scripts', 'forensic-ready.sh')).toString('base64');
    return new CfnLaunchTemplate(this, 'ForensicTemplate', {
      launchTemplateData: {
        imageId,
        instanceType: 'm7i.large',
        iamInstanceProfile: { arn: profile.attrArn },
        securityGroupIds: [this.hostGroup.securityGroupId],
        metadataOptions: {
          httpTokens: 'required',
          httpPutResponseHopLimit: 1,
          httpEndpoint: 'enabled',
          // The machine learns from its tags where to say that it is ready.
          instanceMetadataTags: 'enabled',
        },
        monitoring: { enabled: true },
        instanceInitiatedShutdownBehavior: 'terminate',
        userData: firstBoot,
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
