import { cidrHolds } from './addresses';
import type { Estate, GatewayEndpoint, InterfaceEndpoint } from './estate';

/** Whether a host in the isolation group could still run SSM commands and put its results into our buckets. */
export type Reach =
  | { readonly can: true; readonly endpointGroups: readonly string[]; readonly prefixList: string }
  | { readonly can: false; readonly why: string };

/**
 * DESIGN §4.2 to the letter: interface endpoints with private DNS whose group admits the isolation group, and an S3
 * gateway route whose endpoint policy is limited to our buckets. SSM Agent needs `ssm` and one message channel;
 * `ssmmessages` is preferred and `ec2messages` the fallback (forensics F31).
 * @param isolationGroup id of the VPC's isolation group when it exists already, as an endpoint group may name it.
 */
export function reachWhenIsolated(estate: Estate, buckets: readonly string[], isolationGroup?: string): Reach {
  const ssm = admitting(estate, 'ssm', isolationGroup);
  if (ssm === undefined) return no('no SSM interface endpoint with private DNS admits the isolation group');
  const messages = admitting(estate, 'ssmmessages', isolationGroup) ?? admitting(estate, 'ec2messages', isolationGroup);
  if (messages === undefined) return no('no SSM message endpoint with private DNS admits the isolation group');
  const gateway = estate.network.gatewayEndpoints.find((endpoint) => endpoint.service.endsWith('.s3'));
  if (gateway === undefined || !gateway.routed) return no('the subnet has no route to an S3 gateway endpoint');
  if (gateway.prefixList === undefined) return no('the S3 gateway endpoint has no prefix list');
  if (!limitedTo(gateway, buckets)) return no('the S3 gateway endpoint policy is not limited to our buckets');
  return { can: true, endpointGroups: [...new Set([...ssm, ...messages])].sort(), prefixList: gateway.prefixList };
}

function no(why: string): Reach {
  return { can: false, why };
}

/** Groups of the service's endpoint through which the isolated host is let in, or undefined. */
function admitting(estate: Estate, service: string, isolationGroup?: string): readonly string[] | undefined {
  const suffix = `.${service}`;
  for (const endpoint of estate.network.interfaceEndpoints) {
    if (!endpoint.service.endsWith(suffix) || !endpoint.privateDns || !endpoint.available) continue;
    const groups = admittingGroups(endpoint, estate, isolationGroup);
    if (groups.length > 0) return groups;
  }
  return undefined;
}

function admittingGroups(endpoint: InterfaceEndpoint, estate: Estate, isolationGroup?: string): readonly string[] {
  const primary = estate.instance.privateAddress;
  return endpoint.groups
    .filter(
      (group) =>
        (isolationGroup !== undefined && group.sources.includes(isolationGroup)) ||
        (primary !== undefined && group.cidrs.some((cidr) => cidrHolds(cidr, primary))),
    )
    .map((group) => group.id);
}

/** Every Allow names only our buckets or objects in them. An unreadable policy is not limited. */
function limitedTo(gateway: GatewayEndpoint, buckets: readonly string[]): boolean {
  const allowed = allowedResources(gateway.policy);
  if (allowed === undefined || allowed.length === 0) return false;
  return allowed.every((resource) =>
    buckets.some((bucket) => new RegExp(`^arn:aws[a-z-]*:s3:::${escapeRegExp(bucket)}(?:/.*)?$`).test(resource)),
  );
}

function allowedResources(policy: string): readonly string[] | undefined {
  const document = parseObject(policy);
  if (document === undefined) return undefined;
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  const resources: string[] = [];
  for (const statement of statements) {
    if (!isRecord(statement)) return undefined;
    if (statement.Effect !== 'Allow') continue;
    const named = Array.isArray(statement.Resource) ? statement.Resource : [statement.Resource];
    for (const resource of named) {
      if (typeof resource !== 'string') return undefined;
      resources.push(resource);
    }
  }
  return resources;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
