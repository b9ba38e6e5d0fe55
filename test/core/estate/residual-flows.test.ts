import type { Route } from '../../../core/estate/estate';
import { residualFlows, subnetCutHelps } from '../../../core/estate/residual-flows';
import { estate } from './estates';

const routed = (via: Route['via'], target: string) =>
  estate({ network: { ...estate().network, routes: [{ destination: '0.0.0.0/0', via, target }] } });

describe('what a change of groups cannot cut', () => {
  it.each([
    ['nat', 'nat-1', 'NAT gateway nat-1'],
    ['transit-gateway', 'tgw-1', 'transit gateway tgw-1'],
    ['firewall', 'vpce-1', 'vpce-1'],
  ] as const)('is named when it goes through %s', (via, target, words) => {
    const flows = residualFlows(routed(via, target));
    expect(flows.join()).toContain(words);
    expect(subnetCutHelps(flows)).toBe(true);
  });

  it('is named behind a network load balancer', () => {
    const target = { targetGroup: 'tg', target: 'i-1', balancer: 'network' as const };
    expect(residualFlows(estate({ targets: [target] })).join()).toContain('network load balancer');
  });

  it('is every pod on a branch interface of a trunk, which obeys its own groups', () => {
    const [own] = estate().interfaces;
    const flows = residualFlows(estate({ interfaces: [{ ...own!, trunk: true }] }));
    expect(flows.join()).toContain('pods with an interface of their own behind eni-1');
    expect(subnetCutHelps(flows)).toBe(false);
  });

  it('is DNS alone on a plain subnet, which no network ACL cuts either', () => {
    const flows = residualFlows(routed('internet', 'igw-1'));
    expect(flows).toEqual(['DNS queries to the VPC resolver']);
    expect(subnetCutHelps(flows)).toBe(false);
  });
});
