import type {
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult,
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult,
  DisassociateIamInstanceProfileRequest,
  IamInstanceProfileAssociation,
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult,
} from '@aws-sdk/client-ec2';
import { after, find, findInstance, note } from '../../estate/estate';
import { associateProfile } from '../../estate/launch';
import type { ProfileAssociation } from '../../estate/machine-types';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { AwsFault, type Operation, operation } from '../service';
import { describes, onResource, passRole, profileArnOf } from './access';
import { chosen, matches, page } from './listing';

export function profileOperations(estates: Estates): Record<string, Operation> {
  return {
    DescribeIamInstanceProfileAssociations: operation<
      DescribeIamInstanceProfileAssociationsRequest,
      DescribeIamInstanceProfileAssociationsResult
    >(['AssociationIds', 'Filters', 'MaxResults', 'NextToken'], {
      latencyMs: 60,
      authorize: describes('DescribeIamInstanceProfileAssociations'),
      run(input, call) {
        const estate = estates.of(call);
        const found = chosen(estate.associations, input.AssociationIds, notFound).filter((one) =>
          matches(input.Filters, { 'instance-id': one.instance, state: one.state }, new Map()),
        );
        const { items, next } = page(found, input.MaxResults, input.NextToken);
        return { IamInstanceProfileAssociations: items.map((one) => render(estate, one)), ...next };
      },
    }),
    AssociateIamInstanceProfile: operation<AssociateIamInstanceProfileRequest, AssociateIamInstanceProfileResult>(
      ['InstanceId', 'IamInstanceProfile'],
      {
        latencyMs: 250,
        authorize(input, call) {
          const estate = estates.of(call);
          return checks(
            estate,
            'AssociateIamInstanceProfile',
            input.InstanceId,
            profileArnOf(estate, input.IamInstanceProfile),
          );
        },
        run(input, call) {
          const estate = estates.of(call);
          const instance = findInstance(estate, input.InstanceId);
          if (live(estate, instance.id) !== undefined) {
            throw new AwsFault('IncorrectState', `There is an existing association for instance ${instance.id}`);
          }
          const made = begin(estate, instance.id, existing(estate, profileArnOf(estate, input.IamInstanceProfile)));
          return { IamInstanceProfileAssociation: render(estate, made) };
        },
      },
    ),
    ReplaceIamInstanceProfileAssociation: operation<
      ReplaceIamInstanceProfileAssociationRequest,
      ReplaceIamInstanceProfileAssociationResult
    >(['AssociationId', 'IamInstanceProfile'], {
      latencyMs: 300,
      authorize(input, call) {
        const estate = estates.of(call);
        const old = estate.associations.get(input.AssociationId ?? '');
        return checks(
          estate,
          'ReplaceIamInstanceProfileAssociation',
          old?.instance,
          profileArnOf(estate, input.IamInstanceProfile),
        );
      },
      run(input, call) {
        const estate = estates.of(call);
        const old = findAssociation(estate, input.AssociationId);
        const profile = existing(estate, profileArnOf(estate, input.IamInstanceProfile));
        end(estate, old);
        return { IamInstanceProfileAssociation: render(estate, begin(estate, old.instance, profile)) };
      },
    }),
    DisassociateIamInstanceProfile: operation<DisassociateIamInstanceProfileRequest, object>(['AssociationId'], {
      latencyMs: 200,
      authorize(input, call) {
        const estate = estates.of(call);
        const old = estate.associations.get(input.AssociationId ?? '');
        return [onResource(estate, 'DisassociateIamInstanceProfile', 'instance', old?.instance)];
      },
      run(input, call) {
        const estate = estates.of(call);
        const old = findAssociation(estate, input.AssociationId);
        end(estate, old);
        note(estate, 'DisassociateIamInstanceProfile', old.instance);
        return { IamInstanceProfileAssociation: render(estate, old) };
      },
    }),
  };
}

function notFound(id: string): AwsFault {
  return new AwsFault('InvalidAssociationID.NotFound', `An invalid association-id of '${id}' was given`);
}

function findAssociation(estate: Estate, id: string | undefined): ProfileAssociation {
  return find(estate.associations, id, 'InvalidAssociationID.NotFound', 'association');
}

function live(estate: Estate, instance: string): ProfileAssociation | undefined {
  return [...estate.associations.values()].find((one) => one.instance === instance && one.state !== 'disassociating');
}

function existing(estate: Estate, arn: string): string {
  if (estate.profiles.has(arn)) return arn;
  throw new AwsFault(
    'InvalidParameterValue',
    `Value (${arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN`,
  );
}

function checks(estate: Estate, action: string, instance: string | undefined, profileArn: string) {
  const extra = { 'ec2:NewInstanceProfile': profileArn };
  return [onResource(estate, action, 'instance', instance, extra), ...passRole(estate, profileArn)];
}

function begin(estate: Estate, instance: string, profileArn: string): ProfileAssociation {
  const made = associateProfile(estate, instance, profileArn, 'associating');
  note(estate, 'AssociateIamInstanceProfile', `${instance} ${profileArn}`);
  after(estate, estate.parts.durations.profileAssociate, `profile/${made.id}`, () => {
    if (made.state === 'associating') made.state = 'associated';
  });
  return made;
}

function end(estate: Estate, old: ProfileAssociation): void {
  old.state = 'disassociating';
  after(estate, estate.parts.durations.profileAssociate, `profile-gone/${old.id}`, () => {
    estate.associations.delete(old.id);
  });
}

function render(estate: Estate, one: ProfileAssociation): IamInstanceProfileAssociation {
  return {
    AssociationId: one.id,
    InstanceId: one.instance,
    IamInstanceProfile: { Arn: one.profileArn, Id: estate.profiles.get(one.profileArn)?.id ?? 'AIPAUNKNOWN' },
    State: one.state,
    Timestamp: new Date(one.at),
  };
}
