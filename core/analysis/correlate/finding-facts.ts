import * as z from 'zod';
import type { FindingFacts } from '../detect/host';
import { timeOf } from '../memory/fields';

const remote = z.looseObject({
  remoteIpDetails: z.looseObject({ ipAddressV4: z.string().nullish(), ipAddressV6: z.string().nullish() }).nullish(),
  remotePortDetails: z.looseObject({ port: z.number().nullish() }).nullish(),
  localPortDetails: z.looseObject({ port: z.number().nullish() }).nullish(),
});

const detail = z.looseObject({
  id: z.string(),
  type: z.string(),
  resource: z
    .looseObject({
      instanceDetails: z
        .looseObject({
          instanceId: z.string().nullish(),
          networkInterfaces: z
            .array(
              z.looseObject({
                privateIpAddress: z.string().nullish(),
                publicIp: z.string().nullish(),
                privateIpAddresses: z.array(z.looseObject({ privateIpAddress: z.string().nullish() })).nullish(),
              }),
            )
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
  service: z
    .looseObject({
      eventFirstSeen: z.string().nullish(),
      eventLastSeen: z.string().nullish(),
      action: z
        .looseObject({
          networkConnectionAction: remote.nullish(),
          portProbeAction: z.looseObject({ portProbeDetails: z.array(remote).nullish() }).nullish(),
          dnsRequestAction: z.looseObject({ domain: z.string().nullish() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

/** A GuardDuty finding, bare or in its EventBridge envelope. */
const Finding = z.union([z.looseObject({ detail }).transform(({ detail: inner }) => inner), detail]);

/** Reads what a finding names; undefined when the JSON is no GuardDuty finding. */
export function findingFacts(json: unknown): FindingFacts | undefined {
  const parsed = Finding.safeParse(json);
  if (!parsed.success) return undefined;
  const { id, type, resource, service } = parsed.data;
  const action = service?.action;
  const remotes = [action?.networkConnectionAction, ...(action?.portProbeAction?.portProbeDetails ?? [])].filter(
    present,
  );
  const interfaces = resource?.instanceDetails?.networkInterfaces ?? [];
  return {
    id,
    type,
    firstSeen: timeOf(service?.eventFirstSeen ?? ''),
    lastSeen: timeOf(service?.eventLastSeen ?? ''),
    addresses: texts(remotes.flatMap(({ remoteIpDetails: ip }) => [ip?.ipAddressV4, ip?.ipAddressV6])),
    ports: remotes.map(({ remotePortDetails }) => remotePortDetails?.port).filter(present),
    domains: texts([action?.dnsRequestAction?.domain]),
    instanceId: resource?.instanceDetails?.instanceId ?? undefined,
    ownAddresses: texts(
      interfaces.flatMap(({ privateIpAddress, publicIp, privateIpAddresses }) => [
        privateIpAddress,
        publicIp,
        ...(privateIpAddresses ?? []).map((one) => one.privateIpAddress),
      ]),
    ),
  };
}

function present<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function texts(values: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(values.filter(present).filter((value) => value !== ''))];
}
