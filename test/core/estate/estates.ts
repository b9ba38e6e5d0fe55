import type { Estate, EstateInstance } from '../../../core/estate/estate';
import { parseAccountId, parseInstanceId, parseRegion } from '../../../core/incident/ids';

export const ENDPOINT_GROUP = 'sg-endpoints';

const POLICY = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::evidence', 'arn:aws:s3:::evidence/*'] },
  ],
});

function endpoint(service: string) {
  return {
    id: `vpce-${service}`,
    service: `com.amazonaws.eu-west-1.${service}`,
    privateDns: true,
    available: true,
    groups: [{ id: ENDPOINT_GROUP, cidrs: ['10.0.0.0/16'], sources: [] }],
  };
}

/** A host that stays reachable when isolated; tests change one thing at a time. */
export function estate(
  change: { readonly instance?: Partial<EstateInstance> } & Omit<Partial<Estate>, 'instance'> = {},
): Estate {
  const { instance, ...rest } = change;
  return {
    version: 1,
    recordedAt: '2026-05-16T02:20:00.000Z',
    instance: {
      id: parseInstanceId('i-0aa11bb22cc33dd44')!,
      account: parseAccountId('111122223333')!,
      region: parseRegion('eu-west-1')!,
      state: 'running',
      type: 't3.micro',
      architecture: 'x86_64',
      platform: 'linux',
      lifecycle: 'on-demand',
      zone: 'eu-west-1a',
      image: 'ami-1',
      launchedAt: '2026-05-01T00:00:00.000Z',
      vpc: 'vpc-1',
      subnet: 'subnet-1',
      privateAddress: '10.0.4.7',
      memoryMiB: 1024,
      tags: {},
      ...instance,
    },
    attributes: { termination: false, stop: false, shutdown: 'stop' },
    interfaces: [
      {
        id: 'eni-1',
        vpc: 'vpc-1',
        subnet: 'subnet-1',
        deviceIndex: 0,
        groups: ['sg-web'],
        privateAddresses: ['10.0.4.7'],
        ipv6Addresses: [],
      },
    ],
    volumes: [{ device: '/dev/xvda', volume: 'vol-1', gib: 8, deleteOnTermination: true, encrypted: false }],
    targets: [],
    classicBalancers: [],
    agent: { ping: 'online', version: '3.3.0.0' },
    network: {
      interfaceEndpoints: [endpoint('ssm'), endpoint('ssmmessages')],
      gatewayEndpoints: [
        { id: 'vpce-s3', service: 'com.amazonaws.eu-west-1.s3', prefixList: 'pl-1', routed: true, policy: POLICY },
      ],
      routes: [{ destination: '10.0.0.0/16', via: 'local', target: 'local' }],
      neighbours: [],
      accelerated: false,
    },
    ...rest,
  };
}
