import { containmentOrder } from '../../../core/estate/contain-order';
import type { Estate, NetworkAround } from '../../../core/estate/estate';
import { isolationRules } from '../../../core/estate/isolation-plan';
import { reachWhenIsolated } from '../../../core/estate/reach';
import { ENDPOINT_GROUP, estate } from './estates';

const around = (change: Partial<NetworkAround>): Estate => estate({ network: { ...estate().network, ...change } });
const reach = (of: Estate) => reachWhenIsolated(of, ['evidence']);
const endpoints = estate().network.interfaceEndpoints;
const [gateway] = estate().network.gatewayEndpoints;
const policyFor = (...resources: string[]) => JSON.stringify({ Statement: { Effect: 'Allow', Resource: resources } });

describe('what an isolated host could still reach', () => {
  it('is SSM and S3 where endpoints admit it and the S3 route ends in our buckets', () => {
    expect(reach(estate())).toEqual({ can: true, endpointGroups: [ENDPOINT_GROUP], prefixList: 'pl-1' });
  });

  it.each([
    ['no SSM endpoint', around({ interfaceEndpoints: endpoints.slice(1) }), 'SSM interface endpoint'],
    ['no message endpoint', around({ interfaceEndpoints: endpoints.slice(0, 1) }), 'SSM message endpoint'],
    [
      'no private DNS',
      around({ interfaceEndpoints: endpoints.map((each) => ({ ...each, privateDns: false })) }),
      'private DNS',
    ],
    [
      'endpoints that are not available',
      around({ interfaceEndpoints: endpoints.map((each) => ({ ...each, available: false })) }),
      'SSM interface endpoint',
    ],
    [
      'a group that admits other addresses only',
      around({
        interfaceEndpoints: endpoints.map((each) => ({
          ...each,
          groups: [{ id: 'sg', cidrs: ['10.1.0.0/16'], sources: [] }],
        })),
      }),
      'admits the isolation group',
    ],
    ['no S3 endpoint', around({ gatewayEndpoints: [] }), 'S3 gateway'],
    ['an S3 endpoint that is not routed', around({ gatewayEndpoints: [{ ...gateway!, routed: false }] }), 'no route'],
    [
      'an S3 endpoint open to every bucket',
      around({ gatewayEndpoints: [{ ...gateway!, policy: policyFor('*') }] }),
      'not limited',
    ],
    [
      'an S3 endpoint with one bucket more',
      around({
        gatewayEndpoints: [{ ...gateway!, policy: policyFor('arn:aws:s3:::evidence/*', 'arn:aws:s3:::theirs/*') }],
      }),
      'not limited',
    ],
    [
      'a bucket whose name only begins like ours',
      around({ gatewayEndpoints: [{ ...gateway!, policy: policyFor('arn:aws:s3:::evidence-theirs/*') }] }),
      'not limited',
    ],
    ['a policy nobody can read', around({ gatewayEndpoints: [{ ...gateway!, policy: '{' }] }), 'not limited'],
  ])('is nothing with %s', (_what, of, why) => {
    const found = reach(of);
    expect(found.can ? '' : found.why).toContain(why);
    expect(isolationRules(found)).toEqual({ ingress: [], egress: [] });
  });

  it('counts an endpoint group that names the isolation group itself', () => {
    const named = endpoints.map((each) => ({ ...each, groups: [{ id: 'sg', cidrs: [], sources: ['sg-isolation'] }] }));
    const of = around({ interfaceEndpoints: named });
    expect(reach(of).can).toBe(false);
    expect(reachWhenIsolated(of, ['evidence'], 'sg-isolation').can).toBe(true);
  });

  it('takes ec2messages where ssmmessages is missing', () => {
    const old = endpoints.map((each) => ({ ...each, service: each.service.replace('ssmmessages', 'ec2messages') }));
    expect(reach(around({ interfaceEndpoints: old })).can).toBe(true);
  });
});

describe('the order of containment and memory', () => {
  const cut = around({ interfaceEndpoints: [] });

  it.each([
    ['the isolated host stays reachable', estate(), 10, 'contain-first'],
    ['it would not', cut, 10, 'memory-first'],
    ['it would not, and the playbook gives no time', cut, 0, 'contain-first'],
    ['it would not, and no agent answers', { ...cut, agent: { ping: 'lost' as const } }, 10, 'contain-first'],
    [
      'it would not, and the instance is stopped',
      { ...cut, instance: { ...cut.instance, state: 'stopped' as const } },
      10,
      'contain-first',
    ],
  ])('when %s', (_what, of, minutes, expected) => {
    expect(containmentOrder(of, reach(of), minutes).order).toBe(expected);
  });

  it('says how long memory has, and why it comes first', () => {
    expect(containmentOrder(cut, reach(cut), 10).why).toMatch(/no SSM interface endpoint.*10 minutes/);
  });
});
