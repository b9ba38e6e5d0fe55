import * as z from 'zod';

/** Text, or nothing where GuardDuty writes null or something else. */
const text = z.string().min(1).optional().catch(undefined);

function listOf<T extends z.ZodType>(item: T) {
  return z.array(item).catch([]);
}

const interfaceShape = z
  .object({
    networkInterfaceId: text,
    subnetId: text,
    vpcId: text,
    privateIpAddress: text,
    publicIp: text,
    ipv6Addresses: listOf(z.string()),
    securityGroups: listOf(z.object({ groupId: text, groupName: text })),
  })
  .loose();

const detailsShape = z
  .object({
    instanceId: text,
    instanceType: text,
    imageId: text,
    launchTime: z.union([z.string(), z.number()]).optional().catch(undefined),
    platform: text,
    availabilityZone: text,
    instanceState: text,
    iamInstanceProfile: z.object({ arn: text, id: text }).optional().catch(undefined),
    networkInterfaces: listOf(interfaceShape),
    tags: listOf(z.object({ key: z.string(), value: z.string().catch('') })),
  })
  .loose();

const eventShape = z.object({
  account: z.string(),
  region: z.string(),
  detail: z
    .object({
      id: text,
      accountId: text,
      region: text,
      resource: z
        .object({ instanceDetails: detailsShape.optional().catch(undefined) })
        .loose()
        .optional()
        .catch(undefined),
      service: z.object({ detectorId: text }).loose().optional().catch(undefined),
    })
    .loose(),
});

export type FindingInterface = z.output<typeof interfaceShape>;
export type FindingInstance = z.output<typeof detailsShape>;

/** What of a GuardDuty event tells about the world it happened in; everything else may be missing or odd. */
export interface FindingShape {
  readonly account: string;
  /** Account that tells of it: the finding's own, or its administrator's. */
  readonly teller: string;
  readonly region: string;
  readonly detector: string | undefined;
  readonly findingId: string | undefined;
  readonly finding: Record<string, unknown>;
  readonly instance: FindingInstance | undefined;
}

/** Undefined when the event is not even an envelope with a detail. */
export function readFindingShape(event: unknown): FindingShape | undefined {
  const parsed = eventShape.safeParse(event);
  if (!parsed.success) return undefined;
  const { account, region, detail } = parsed.data;
  return {
    account: detail.accountId ?? account,
    teller: account,
    region: detail.region ?? region,
    detector: detail.service?.detectorId,
    findingId: detail.id,
    finding: structuredClone(detail),
    instance: detail.resource?.instanceDetails,
  };
}
