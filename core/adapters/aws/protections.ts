import {
  AssociateIamInstanceProfileCommand,
  DisassociateIamInstanceProfileCommand,
  type EC2Client,
  ModifyInstanceAttributeCommand,
  type ModifyInstanceAttributeCommandInput,
  ReplaceIamInstanceProfileAssociationCommand,
} from '@aws-sdk/client-ec2';
import {
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { Transient, unreachable } from '../../errors';
import type { ProfileControl, ProtectionChange, ProtectionControl, RoleSessions } from '../../ports/protections';
import { awsErrorName, calling, orElse } from './aws-call';
import { describeInstance, readProfile, readProfileUsers, readProtections } from './estate-instance';
import type { ClientAt } from './places';

const UNSUPPORTED = ['UnsupportedOperation', 'OperationNotPermitted', 'UnsupportedInstanceAttribute'];

/** ProtectionControl over EC2: one attribute per call, as EC2 demands (forensics F17). */
export function awsProtections(ec2At: ClientAt<EC2Client>): ProtectionControl {
  return {
    read: (key) => readProtections(ec2At(key), key.instance),
    async set(key, change) {
      const command = new ModifyInstanceAttributeCommand({ InstanceId: key.instance, ...attributeInput(change) });
      return orElse('ec2 ModifyInstanceAttribute', UNSUPPORTED, 'unsupported' as const, async () => {
        await ec2At(key).send(command);
        return 'done' as const;
      });
    },
    async deleteOnTermination(key) {
      const found = await describeInstance(ec2At(key), key.instance);
      const mappings = (found?.BlockDeviceMappings ?? []).filter((each) => each.Ebs !== undefined);
      return Object.fromEntries(
        mappings.map((each) => [each.DeviceName ?? '', each.Ebs?.DeleteOnTermination === true]),
      );
    },
    async keepVolume(key, device, keep) {
      const mapping = [{ DeviceName: device, Ebs: { DeleteOnTermination: !keep } }];
      const command = new ModifyInstanceAttributeCommand({ InstanceId: key.instance, BlockDeviceMappings: mapping });
      await calling('ec2 ModifyInstanceAttribute', () => ec2At(key).send(command));
    },
  };
}

function attributeInput(change: ProtectionChange): Partial<ModifyInstanceAttributeCommandInput> {
  switch (change.attribute) {
    case 'termination':
      return { DisableApiTermination: { Value: change.on } };
    case 'stop':
      return { DisableApiStop: { Value: change.on } };
    case 'shutdown':
      return { InstanceInitiatedShutdownBehavior: { Value: change.behaviour } };
    default:
      return unreachable(change);
  }
}

/** ProfileControl over EC2. */
export function awsProfiles(ec2At: ClientAt<EC2Client>): ProfileControl {
  const current: ProfileControl['current'] = (key) => readProfile(ec2At(key), key.instance);
  return {
    current,
    async set(key, arn) {
      const now = await current(key);
      if (now?.arn === arn) return 'done';
      try {
        const codes = [...RACED, NO_PROFILE];
        await calling('ec2 instance profile', () => attach(ec2At(key), key.instance, arn, now?.association), codes);
        return 'done';
      } catch (error) {
        if (awsErrorName(error) === NO_PROFILE) return 'no-profile';
        if (!RACED.includes(awsErrorName(error))) throw error;
        throw new Transient(`The profile association of ${key.instance} changed meanwhile.`);
      }
    },
    async remove(key) {
      const now = await current(key);
      if (now === undefined) return;
      const command = new DisassociateIamInstanceProfileCommand({ AssociationId: now.association });
      await orElse('ec2 DisassociateIamInstanceProfile', ['NoSuchAssociation'], undefined, () =>
        ec2At(key).send(command),
      );
    },
  };
}

/** Somebody else changed the association between our look and our act, or EC2 has not finished the last change. */
const RACED = ['IncorrectState', 'NoSuchAssociation', 'InvalidAssociationID.NotFound', 'IncorrectInstanceState'];

/** The only value we hand over is the profile's ARN ("Invalid IAM Instance Profile ARN"). */
const NO_PROFILE = 'InvalidParameterValue';

async function attach(ec2: EC2Client, instance: string, arn: string, association: string | undefined): Promise<void> {
  const profile = { Arn: arn };
  if (association === undefined) {
    await ec2.send(new AssociateIamInstanceProfileCommand({ InstanceId: instance, IamInstanceProfile: profile }));
    return;
  }
  const swap = { AssociationId: association, IamInstanceProfile: profile };
  await ec2.send(new ReplaceIamInstanceProfileAssociationCommand(swap));
}

/** RoleSessions over IAM, and EC2 for who else uses the profile. */
export function awsRoleSessions(iamAt: ClientAt<IAMClient>, ec2At: ClientAt<EC2Client>): RoleSessions {
  return {
    async roleOf(key, profileArn) {
      const name = profileArn.split('/').at(-1) ?? '';
      const answer = await orElse('iam GetInstanceProfile', ['NoSuchEntity', 'NoSuchEntityException'], undefined, () =>
        iamAt(key).send(new GetInstanceProfileCommand({ InstanceProfileName: name })),
      );
      return answer?.InstanceProfile?.Roles?.[0]?.RoleName;
    },
    othersUsing: (key, profileArn) => readProfileUsers(ec2At(key), profileArn, key.instance),
    async deny(key, role, policyName, document) {
      const command = new PutRolePolicyCommand({ RoleName: role, PolicyName: policyName, PolicyDocument: document });
      await calling('iam PutRolePolicy', () => iamAt(key).send(command));
    },
    async allow(key, role, policyName) {
      const command = new DeleteRolePolicyCommand({ RoleName: role, PolicyName: policyName });
      await orElse('iam DeleteRolePolicy', ['NoSuchEntity', 'NoSuchEntityException'], undefined, () =>
        iamAt(key).send(command),
      );
    },
  };
}
