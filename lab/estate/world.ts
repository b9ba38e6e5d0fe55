import type { Call } from '../aws/service';
import { EstateIds } from './ids';
import { watchHealth } from './scaling-health';
import type { Estate, EstateParts } from './types';

export function createEstate(parts: EstateParts): Estate {
  const estate: Estate = {
    parts,
    watchers: [],
    ids: new EstateIds(`${parts.seed}/${parts.account}/${parts.region}`),
    effects: [],
    instances: new Map(),
    interfaces: new Map(),
    groups: new Map(),
    vpcs: new Map(),
    subnets: new Map(),
    routeTables: new Map(),
    endpoints: new Map(),
    gateways: new Map(),
    acls: new Map(),
    prefixLists: new Map(),
    volumes: new Map(),
    snapshots: new Map(),
    associations: new Map(),
    profiles: new Map(),
    roles: new Map(),
    launchTemplates: new Map(),
    scalingGroups: new Map(),
    targetGroups: new Map(),
    classicBalancers: new Map(),
    documents: new Map(),
    commands: new Map(),
    parameters: new Map(),
    detectors: new Set(),
    findings: new Map(),
  };
  estate.watchers.push((instance) => watchHealth(estate, instance));
  return estate;
}

/** All accounts and regions of a lab; one is made when it is first asked for. */
export class Estates {
  readonly #estates = new Map<string, Estate>();

  constructor(private readonly parts: Omit<EstateParts, 'account' | 'region'>) {}

  at(account: string, region: string): Estate {
    const key = `${account}/${region}`;
    const found = this.#estates.get(key);
    if (found !== undefined) return found;
    const made = createEstate({ ...this.parts, account, region });
    this.#estates.set(key, made);
    return made;
  }

  of(call: Call): Estate {
    return this.at(call.account, call.region);
  }

  all(): readonly Estate[] {
    return [...this.#estates.values()];
  }
}
