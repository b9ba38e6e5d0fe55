import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  ResourceType,
} from '@aws-sdk/client-ec2';
import { findTagged, note } from '../../estate/estate';
import type { Tagged } from '../../estate/tagged';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { AwsFault, type Operation, operation } from '../service';
import { describes, onResource, requestTags } from './access';
import { dryRun, matches, page } from './listing';

/** EC2's limit (user guide, "Tag restrictions"). */
const MOST_TAGS = 50;

/** Resource types by id prefix, as ARNs and DescribeTags write them. */
const KINDS: readonly (readonly [string, ResourceType])[] = [
  ['i-', 'instance'],
  ['eni-', 'network-interface'],
  ['sg-', 'security-group'],
  ['vpc-', 'vpc'],
  ['subnet-', 'subnet'],
  ['rtb-', 'route-table'],
  ['vpce-', 'vpc-endpoint'],
  ['nat-', 'natgateway'],
  ['igw-', 'internet-gateway'],
  ['acl-', 'network-acl'],
  ['vol-', 'volume'],
  ['snap-', 'snapshot'],
  ['lt-', 'launch-template'],
];

export function kindOf(id: string): ResourceType {
  const found = KINDS.find(([prefix]) => id.startsWith(prefix));
  if (found === undefined) throw new AwsFault('InvalidID', `The ID '${id}' is not valid`);
  return found[1];
}

export function tagOperations(estates: Estates): Record<string, Operation> {
  return {
    CreateTags: operation<CreateTagsRequest, object>(['Resources', 'Tags', 'DryRun'], {
      latencyMs: 120,
      authorize: (input, call) =>
        (input.Resources ?? []).map((id) =>
          onResource(estates.of(call), 'CreateTags', kindOf(id), id, requestTags(input.Tags ?? [])),
        ),
      run(input, call) {
        dryRun(input);
        const estate = estates.of(call);
        for (const resource of (input.Resources ?? []).map((id) => tagged(estate, id))) {
          for (const { Key = '', Value = '' } of input.Tags ?? []) setTag(resource, Key, Value);
          note(estate, 'CreateTags', resource.id);
        }
        return {};
      },
    }),
    DeleteTags: operation<DeleteTagsRequest, object>(['Resources', 'Tags', 'DryRun'], {
      latencyMs: 120,
      authorize: (input, call) =>
        (input.Resources ?? []).map((id) =>
          onResource(estates.of(call), 'DeleteTags', kindOf(id), id, requestTags(input.Tags ?? [])),
        ),
      run(input, call) {
        dryRun(input);
        const estate = estates.of(call);
        for (const resource of (input.Resources ?? []).map((id) => tagged(estate, id))) {
          for (const { Key = '', Value } of input.Tags ?? []) {
            // With a value, only that value is removed.
            if (Value === undefined || resource.tags.get(Key) === Value) resource.tags.delete(Key);
          }
          note(estate, 'DeleteTags', resource.id);
        }
        return {};
      },
    }),
    DescribeTags: operation<DescribeTagsRequest, DescribeTagsResult>(['Filters', 'MaxResults', 'NextToken', 'DryRun'], {
      latencyMs: 60,
      authorize: describes('DescribeTags'),
      run(input, call) {
        dryRun(input);
        const rows = allTagged(estates.of(call)).flatMap((resource) =>
          [...resource.tags].map(([Key, Value]) => ({
            ResourceId: resource.id,
            ResourceType: kindOf(resource.id),
            Key,
            Value,
          })),
        );
        const found = rows.filter((row) =>
          matches(
            input.Filters,
            { 'resource-id': row.ResourceId, 'resource-type': row.ResourceType, key: row.Key, value: row.Value },
            new Map([[row.Key, row.Value]]),
          ),
        );
        const { items, next } = page(found, input.MaxResults, input.NextToken);
        return { Tags: items, ...next };
      },
    }),
  };
}

function tagged(estate: Estate, id: string): Tagged {
  const found = findTagged(estate, id);
  if (found === undefined) throw new AwsFault(`Invalid${kindOf(id)}ID.NotFound`, `The ID '${id}' does not exist`);
  return found;
}

function setTag(resource: Tagged, key: string, value: string): void {
  if (key.toLowerCase().startsWith('aws:')) {
    throw new AwsFault('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use`);
  }
  if (!resource.tags.has(key) && resource.tags.size >= MOST_TAGS) {
    throw new AwsFault('TagLimitExceeded', `More than ${MOST_TAGS} tags specified`);
  }
  resource.tags.set(key, value);
}

function allTagged(estate: Estate): Tagged[] {
  return [
    ...estate.instances.values(),
    ...estate.interfaces.values(),
    ...estate.groups.values(),
    ...estate.vpcs.values(),
    ...estate.subnets.values(),
    ...estate.volumes.values(),
    ...estate.snapshots.values(),
  ];
}
