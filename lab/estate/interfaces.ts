import { hexHash } from '../time/seeded';
import { now } from './estate';
import type { Instance } from './machine-types';
import type { NetworkInterface, Subnet } from './network-types';
import type { Estate } from './types';

export interface NewInterface {
  readonly id?: string;
  readonly instance: Instance;
  readonly subnet: Subnet;
  readonly index: number;
  readonly groups: readonly string[];
  readonly privateIp?: string;
  readonly ipv6?: readonly string[];
  /** True: any public address; a text: this one. */
  readonly publicIp?: boolean | string;
}

/** Plugs a new interface into an instance. Without groups it gets the VPC's default group, as in EC2. */
export function addInterface(estate: Estate, wanted: NewInterface): NetworkInterface {
  const id = wanted.id ?? estate.ids.next('eni');
  const groups = wanted.groups.length > 0 ? wanted.groups : defaultGroup(estate, wanted.subnet.vpc);
  const eni: NetworkInterface = {
    id,
    account: estate.parts.account,
    vpc: wanted.subnet.vpc,
    subnet: wanted.subnet.id,
    zone: wanted.subnet.zone,
    mac: `02:${hexHash(10, id).replace(/(..)(?=.)/g, '$1:')}`,
    privateIp: wanted.privateIp ?? freeAddress(estate, wanted.subnet),
    ipv6: wanted.ipv6 ?? [],
    publicIp: publicAddress(wanted.publicIp, id),
    type: 'interface',
    description: '',
    attachment: { id: estate.ids.next('eni-attach'), instance: wanted.instance.id, index: wanted.index },
    deleteOnTermination: true,
    groups: [...groups],
    sourceDestCheck: true,
    establishedTimeout: undefined,
    groupHistory: [{ at: now(estate), groups: [...groups] }],
    tags: new Map(),
  };
  estate.interfaces.set(id, eni);
  wanted.instance.interfaces.push(id);
  return eni;
}

function defaultGroup(estate: Estate, vpc: string): string[] {
  const group = [...estate.groups.values()].find((one) => one.vpc === vpc && one.name === 'default');
  return group === undefined ? [] : [group.id];
}

/** Documentation range 203.0.113.0/24 (RFC 5737). */
function publicAddress(wanted: boolean | string | undefined, id: string): string | undefined {
  if (typeof wanted === 'string') return wanted;
  return wanted === true ? `203.0.113.${(Number.parseInt(hexHash(4, id), 16) % 250) + 1}` : undefined;
}

/** The next unused address of the subnet; AWS keeps the first four and the last. */
function freeAddress(estate: Estate, subnet: Subnet): string {
  const [base] = subnet.cidr.split('/');
  const parts = (base ?? '10.0.0.0').split('.').map(Number);
  const start = parts.reduce((sum, part) => sum * 256 + part, 0);
  const used = new Set([...estate.interfaces.values()].map((eni) => eni.privateIp));
  for (let offset = 10; ; offset++) {
    const value = start + offset;
    const address = [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.');
    if (!used.has(address)) return address;
  }
}
