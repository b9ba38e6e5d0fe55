import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { AdditionalHealthCheckType, AutoScalingGroup, HealthChecks, ScalingEvents } from 'aws-cdk-lib/aws-autoscaling';
import {
  AclCidr,
  AclTraffic,
  BlockDeviceVolume,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InstanceClass,
  InstanceSize,
  InstanceType,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  LaunchTemplate,
  MachineImage,
  NetworkAcl,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  TrafficDirection,
  UserData,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { ROOT } from '../bundle';
import { allowSystemsManager } from '../quarantine/roles';
import { twoZones } from '../two-zones';

/** Names of the attacks, each a script of runbooks/demo and a document of Systems Manager. */
export const ATTACKS = ['bitcoin', 'dns-exfiltration', 'backdoor'] as const;

const CIDR = '10.214.0.0/16';

export interface DemoProps extends StackProps {
  readonly flowLogs: 'none' | 'cloudwatch' | 's3' | 'both';
}

const script = (name: string): string => readFileSync(join(ROOT, 'runbooks', 'demo', `${name}.sh`), 'utf8');

/**
 * Something to respond to: a small production of its own with web servers that may be attacked, harmlessly. Off by
 * default; everything in it goes when the stack is destroyed. There is no bastion and nothing is reachable from the
 * internet: people come through Session Manager.
 */
export class DemoStack extends Stack {
  constructor(scope: Construct, id: string, props: DemoProps) {
    super(scope, id, props);
    const vpc = this.production(props.flowLogs);
    const servers = this.servers(vpc);
    this.balance(vpc, servers);
    for (const attack of ATTACKS) this.attack(attack);
    // `/ir drill` touches only what carries this.
    Tags.of(servers).add('cordon:drill', 'true');
  }

  override get availabilityZones(): string[] {
    return twoZones();
  }

  /** Two zones, each with a public and a private subnet; one NAT gateway, since a demo may lose a zone. */
  private production(flowLogs: DemoProps['flowLogs']): Vpc {
    const vpc = new Vpc(this, 'Production', {
      ipAddresses: IpAddresses.cidr(CIDR),
      maxAzs: 2,
      natGateways: 1,
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
      ],
    });
    vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    const inside = new SecurityGroup(this, 'Endpoints', {
      vpc,
      description: 'Endpoints of Systems Manager',
      allowAllOutbound: false,
    });
    inside.addIngressRule(Peer.ipv4(CIDR), Port.HTTPS, 'Whoever is in the VPC, isolated or not');
    // Two are enough: agents from 3.3.40 on speak over ssmmessages alone.
    const { SSM, SSM_MESSAGES } = InterfaceVpcEndpointAwsService;
    for (const [name, service] of Object.entries({ SSM, SSM_MESSAGES }))
      vpc.addInterfaceEndpoint(name, { service, securityGroups: [inside], open: false });
    this.watchFlows(vpc, flowLogs);
    this.guardPrivate(vpc);
    return vpc;
  }

  /** To where people look for them. A bucket must be emptied before the stack can go: runbooks/operator.md, The demo. */
  private watchFlows(vpc: Vpc, to: DemoProps['flowLogs']): void {
    const trafficType = FlowLogTrafficType.ALL;
    if (to === 'cloudwatch' || to === 'both') {
      const logGroup = new LogGroup(this, 'Flows', {
        retention: RetentionDays.ONE_WEEK,
        removalPolicy: RemovalPolicy.DESTROY,
      });
      vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs(logGroup), trafficType });
    }
    if (to === 's3' || to === 'both') {
      const bucket = new Bucket(this, 'FlowBucket', {
        encryption: BucketEncryption.S3_MANAGED,
        blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
        enforceSSL: true,
        removalPolicy: RemovalPolicy.DESTROY,
        lifecycleRules: [{ expiration: Duration.days(7) }],
        serverAccessLogsPrefix: 'access/',
      });
      vpc.addFlowLog('FlowLogInS3', { destination: FlowLogDestination.toS3(bucket, 'flows/'), trafficType });
      new CfnOutput(this, 'FlowBucketName', { value: bucket.bucketName });
    }
  }

  /** The private subnets speak within the VPC, and outwards over the web and DNS; answers come to high ports. */
  private guardPrivate(vpc: Vpc): void {
    const acl = new NetworkAcl(this, 'PrivateAcl', {
      vpc,
      subnetSelection: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    });
    const inside = AclCidr.ipv4(CIDR);
    const rules = [
      [100, inside, AclTraffic.allTraffic()],
      [110, AclCidr.anyIpv4(), AclTraffic.tcpPortRange(1024, 65535)],
      [120, AclCidr.anyIpv4(), AclTraffic.udpPortRange(1024, 65535)],
    ] as const;
    for (const [ruleNumber, cidr, traffic] of rules)
      acl.addEntry(`In${ruleNumber}`, { ruleNumber, cidr, traffic, direction: TrafficDirection.INGRESS });
    acl.addEntry('Out', {
      ruleNumber: 100,
      cidr: AclCidr.anyIpv4(),
      traffic: AclTraffic.allTraffic(),
      direction: TrafficDirection.EGRESS,
    });
  }

  private servers(vpc: Vpc): AutoScalingGroup {
    const role = new Role(this, 'ServerRole', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    allowSystemsManager(role);
    const launchTemplate = new LaunchTemplate(this, 'Server', {
      machineImage: MachineImage.latestAmazonLinux2023(),
      instanceType: InstanceType.of(InstanceClass.T3, InstanceSize.MICRO),
      role,
      securityGroup: new SecurityGroup(this, 'ServerGroup', { vpc, description: 'Demo web servers' }),
      userData: UserData.custom(script('user-data')),
      requireImdsv2: true,
      blockDevices: [{ deviceName: '/dev/xvda', volume: BlockDeviceVolume.ebs(8, { encrypted: true }) }],
    });
    return new AutoScalingGroup(this, 'Servers', {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      launchTemplate,
      minCapacity: 2,
      maxCapacity: 4,
      healthChecks: HealthChecks.withAdditionalChecks({
        gracePeriod: Duration.minutes(5),
        additionalTypes: [AdditionalHealthCheckType.ELB],
      }),
      notifications: [{ topic: new Topic(this, 'Notices', { enforceSSL: true }), scalingEvents: ScalingEvents.ALL }],
    });
  }

  private balance(vpc: Vpc, servers: AutoScalingGroup): void {
    const group = new SecurityGroup(this, 'DoorGroup', {
      vpc,
      description: 'Demo load balancer',
      allowAllOutbound: false,
    });
    const door = new ApplicationLoadBalancer(this, 'Door', {
      vpc,
      internetFacing: false,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      securityGroup: group,
      dropInvalidHeaderFields: true,
    });
    const listener = door.addListener('Http', { port: 80, open: false });
    listener.addTargets('Servers', {
      port: 80,
      targets: [servers],
      healthCheck: { path: '/healthy', interval: Duration.seconds(15) },
      deregistrationDelay: Duration.seconds(60),
    });
    servers.connections.allowFrom(door, Port.tcp(80), 'The load balancer');
    new CfnOutput(this, 'DoorName', { value: door.loadBalancerDnsName });
    new CfnOutput(this, 'ServersGroup', { value: servers.autoScalingGroupName });
  }

  /** Run by a person: `aws ssm send-command --document-name Cordon-Demo-<name> --targets Key=InstanceIds,Values=i-…`. */
  private attack(name: (typeof ATTACKS)[number]): void {
    new CfnDocument(this, `Attack-${name}`, {
      name: `Cordon-Demo-${name}`,
      documentType: 'Command',
      documentFormat: 'JSON',
      updateMethod: 'NewVersion',
      content: {
        schemaVersion: '2.2',
        description: `Demo attack ${name}: harmless, only on instances that are there to be attacked`,
        mainSteps: [{ action: 'aws:runShellScript', name: 'attack', inputs: { runCommand: script(name).split('\n') } }],
      },
    });
  }
}
