import { CfnOutput, CfnParameter, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as BusTarget } from 'aws-cdk-lib/aws-events-targets';
import {
  AccountPrincipal,
  CfnInstanceProfile,
  Effect,
  ManagedPolicy,
  PolicyStatement,
  type PolicyStatementProps,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { externalIdOf } from '../../core/member-account';
import { loadRulebook } from '../../core/policy/load';
import { ROOT } from '../bundle';
import { instanceArn, sparesProtected } from '../permissions/common';
import {
  changesAttributes,
  cutsSubnet,
  givesBackSessions,
  givesBackSubnet,
  leavesService,
  makesGroups,
  marksSubject,
  passesNoRoleOfOurs,
  readsEstate,
  removesGroups,
  returnsToService,
  revokesSessions,
  stops,
  swapsGroups,
  swapsProfile,
  unmarksSubject,
} from '../permissions/containment';
import {
  copiesSnapshots,
  keyThroughEc2,
  readsCopies,
  sendsCommands,
  sharesCopies,
  snapshots,
} from '../permissions/evidence';
import { merged } from '../permissions/grant';
import { MEMBER_PROFILE, MEMBER_ROLE } from '../permissions/member-role';
import type { EstateReach } from '../permissions/reach';
import { collectionRole } from '../quarantine/roles';
import { ALARM_PERIOD, makeAlarms } from '../response/alarms';
import { FORWARDED, MEMBER_ALARMS } from '../response/member-events';
import { runbookDocuments } from '../runbook-documents';

export interface MemberProps extends StackProps {
  /** Account in which Cordon itself runs. */
  readonly hub: string;
  readonly externalId: string;
  /** `owner/name` of the repository that holds the runbook. */
  readonly repository: string;
  readonly alarmEmail?: string;
}

/**
 * Another account in which Cordon acts: the responder role that the hub's functions assume, the runbook documents and the
 * collection profile they use there, and the events that parked steps wait for, sent to the hub. Its template goes into
 * every account of a StackSet, in the region of the hub: an incident is where the hub is.
 */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberProps) {
    super(scope, id, props);
    const key = new CfnParameter(this, 'EvidenceKeyArn', {
      type: 'String',
      description: 'Key of the hub’s evidence stack, under which snapshots are copied',
      allowedPattern: '^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f-]+$',
    });
    const reach = { stack: this, protectedThings: loadRulebook(ROOT).policy.protected };
    runbookDocuments(this);
    const collection = collectionRole(this);
    const profile = new CfnInstanceProfile(this, 'CollectionProfile', {
      instanceProfileName: MEMBER_PROFILE,
      roles: [collection.roleName],
    });
    const granted = chapters(reach, props.hub, collection.roleArn, key.valueAsString);
    const role = this.responder(props, boundary(reach, Object.values(granted).flat()));
    for (const [name, statements] of Object.entries(granted))
      role.addManagedPolicy(new ManagedPolicy(this, name, { statements: merged(statements).map(statementOf) }));
    this.forward(props);
    new CfnOutput(this, 'ResponderRoleArn', { value: role.roleArn });
    new CfnOutput(this, 'CollectionProfileArn', { value: profile.attrArn });
  }

  /** Functions of the hub's response stack, who also know the external id; whatever is attached, the boundary holds. */
  private responder({ hub, externalId }: MemberProps, bounds: readonly PolicyStatementProps[]): Role {
    return new Role(this, 'Responder', {
      roleName: MEMBER_ROLE,
      description: `Cordon in ${hub} responds to incidents here`,
      assumedBy: new AccountPrincipal(hub).withConditions({
        StringEquals: { 'sts:ExternalId': externalIdOf(externalId, this.account) },
        ArnLike: { 'aws:PrincipalArn': `arn:${this.partition}:iam::${hub}:role/CordonResponse-*` },
      }),
      permissionsBoundary: new ManagedPolicy(this, 'ResponderBoundary', {
        description: 'Whatever is attached to the responder: incidents on instances, and no way to more permissions',
        statements: bounds.map(statementOf),
      }),
    });
  }

  /** What answers a parked step, and our own alarm. Findings come through GuardDuty's own administrator. */
  private forward(props: MemberProps): void {
    const lost = new Queue(this, 'Unforwarded', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const bus = EventBus.fromEventBusArn(
      this,
      'HubBus',
      `arn:${this.partition}:events:${this.region}:${props.hub}:event-bus/default`,
    );
    const sender = new Role(this, 'Forwarder', { assumedBy: new ServicePrincipal('events.amazonaws.com') });
    const targets = [new BusTarget(bus, { role: sender, deadLetterQueue: lost })];
    new Rule(this, 'Forward', {
      description: 'Events that parked steps of the hub wait for',
      eventPattern: {
        source: FORWARDED.filter((source) => source !== 'aws.cloudwatch'),
        detailType: [
          'EBS Snapshot Notification',
          'EBS Multi-Volume Snapshots Completion Status',
          'EC2 Command Invocation Status-change Notification',
          'EC2 Instance Launch Successful',
          'EC2 Instance Launch Unsuccessful',
          'EC2 Instance State-change Notification',
          'EC2 Instance Terminate Successful',
          'EC2 Instance Terminate Unsuccessful',
        ],
      },
      targets,
    });
    new Rule(this, 'ForwardAlarms', {
      description:
        'Alarms of the forwarding itself, for Slack: where nothing arrives at all, the mail of this account tells',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: Match.prefix(MEMBER_ALARMS), state: { value: ['ALARM'] } },
      },
      targets,
    });
    this.watch(lost, props);
  }

  /** Without it a hub would only see its steps wait until their deadlines. */
  private watch(lost: Queue, { repository, alarmEmail }: MemberProps): void {
    makeAlarms(this, {
      rows: [
        {
          title: 'Events were not forwarded',
          name: `${MEMBER_ALARMS}events-not-forwarded-${this.account}`,
          metric: lost.metricApproximateNumberOfMessagesVisible({ period: ALARM_PERIOD }),
          threshold: 0,
        },
      ],
      repository,
      key: false,
      ...(alarmEmail ? { mail: { to: alarmEmail, unsent: lost } } : {}),
    });
  }
}

const statementOf = (props: PolicyStatementProps): PolicyStatement => new PolicyStatement(props);

/** The hub's own grants, in policies that each stay under IAM's 6,144 characters. */
function chapters(
  reach: EstateReach,
  hub: string,
  collectionRoleArn: string,
  key: string,
): Readonly<Record<string, readonly PolicyStatementProps[]>> {
  const anyRole = `arn:${reach.stack.partition}:iam::${reach.stack.account}:role/*`;
  const all = (...grants: readonly ((r: EstateReach) => readonly PolicyStatementProps[])[]) =>
    grants.flatMap((grant) => grant(reach));
  return {
    Look: all(readsEstate),
    Contain: all(leavesService, changesAttributes, marksSubject, makesGroups, swapsGroups, removesGroups),
    Further: all(stops, cutsSubnet, givesBackSubnet, returnsToService, unmarksSubject),
    Identity: [
      ...all(
        revokesSessions,
        givesBackSessions,
        swapsProfile(() => [collectionRoleArn, anyRole]),
      ),
      // The collection role is made by this very stack, whatever that is called: it is the one that must be passed.
      ...passesNoRoleOfOurs(reach, ['Cordon*']),
    ],
    Collect: [
      ...all(snapshots, copiesSnapshots, sendsCommands('captureMemory', 'captureMemoryWindows', 'collectVolatile')),
      ...sharesCopies(reach, hub),
      ...readsCopies(reach),
      ...keyThroughEc2(reach, key),
      {
        sid: 'ReadConsole',
        actions: ['ec2:GetConsoleOutput', 'ec2:GetConsoleScreenshot'],
        resources: [instanceArn(reach)],
      },
    ],
    Spare: all(sparesProtected),
  };
}

/** The actions of the chapters, each by its name, and nothing that lasts. */
function boundary(reach: EstateReach, granted: readonly PolicyStatementProps[]): readonly PolicyStatementProps[] {
  const own = `arn:${reach.stack.partition}:iam::${reach.stack.account}:role/${MEMBER_ROLE}`;
  const allowed = granted.filter(({ effect }) => effect !== Effect.DENY).flatMap(({ actions }) => actions ?? []);
  return [
    { sid: 'IncidentsOnInstances', actions: [...new Set(allowed)].sort(), resources: ['*'] },
    {
      sid: 'NeverItself',
      effect: Effect.DENY,
      actions: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy', 'iam:PassRole'],
      resources: [own],
    },
    {
      sid: 'NothingThatLasts',
      effect: Effect.DENY,
      actions: [
        'ec2:DeleteSnapshot',
        'ec2:DeleteVolume',
        'ec2:TerminateInstances',
        'kms:PutKeyPolicy',
        'kms:ScheduleKeyDeletion',
      ],
      resources: ['*'],
    },
  ];
}
