import type { Estate } from './estate';

/**
 * What a change of security groups cannot cut, in sentences for the thread. Flows through NAT gateways, network and
 * gateway load balancers, Global Accelerator, Network Firewall and transit gateways are tracked whatever the rules say
 * and run until idle (forensics F2, F3); groups do not filter the VPC's resolver (F4). A pod on a branch interface obeys that
 * one's groups, not its node's (EKS User Guide, "Assign security groups to individual Pods").
 */
export function residualFlows(estate: Estate): readonly string[] {
  const said: string[] = [];
  const byKind = (via: string) => [
    ...new Set(estate.network.routes.filter((route) => route.via === via).map((route) => route.target)),
  ];
  for (const target of byKind('nat')) said.push(`open flows through NAT gateway ${target}`);
  for (const target of byKind('transit-gateway')) said.push(`open flows through transit gateway ${target}`);
  for (const target of byKind('firewall')) said.push(`open flows through firewall or gateway endpoint ${target}`);
  for (const balancer of ['network', 'gateway'] as const) {
    if (estate.targets.some((target) => target.balancer === balancer)) {
      said.push(`open flows through its ${balancer} load balancer`);
    }
  }
  if (estate.network.accelerated) said.push('open flows through Global Accelerator');
  for (const { id, trunk } of estate.interfaces) {
    if (trunk) said.push(`pods with an interface of their own behind ${id}: cut them off in Kubernetes`);
  }
  if (estate.interfaces.length > 0) said.push('DNS queries to the VPC resolver');
  return said;
}

/** Whether cutting the subnet would end one of these; DNS to the resolver no network ACL filters either (F4). */
export function subnetCutHelps(residual: readonly string[]): boolean {
  return residual.some((flow) => /\bflows\b/.test(flow));
}
