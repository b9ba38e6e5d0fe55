import type { Provision, Resource } from '../../assembly/deployment';
import { readPolicy } from '../../iam/policy';
import { dictOf, eventTime, listOf, type Platform, textOf } from '../platform';
import { AwsFault } from '../service';
import { CHECKSUMS, type ChecksumName, checksum, etagOf } from './checksums';

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly modifiedAt: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly kmsKeyArn: string | undefined;
  /** What the writer sent; where it sent none, S3 itself takes a CRC-64/NVME. */
  readonly checksums: Readonly<Partial<Record<ChecksumName, string>>>;
  readonly deleteMarker: boolean;
  retention: Retention | undefined;
  legalHold: boolean;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly startedAt: number;
  readonly settings: WriteSettings;
  readonly parts: Map<number, { readonly body: Buffer; readonly etag: string; readonly at: number }>;
}

export interface WriteSettings {
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly kmsKeyArn: string | undefined;
  readonly retention: Retention | undefined;
  readonly legalHold: boolean;
}

export interface Bucket {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly versioned: boolean;
  readonly defaultRetention: { readonly mode: Retention['mode']; readonly days: number } | undefined;
  readonly kmsKeyArn: string | undefined;
  eventBridge: boolean;
  /** Oldest version first. */
  readonly objects: Map<string, ObjectVersion[]>;
  readonly uploads: Map<string, Upload>;
}

/** Something written by whom and how, for the event that follows. */
export interface Write extends WriteSettings {
  readonly key: string;
  readonly body: Buffer;
  readonly etag?: string;
  readonly checksums?: Readonly<Partial<Record<ChecksumName, string>>>;
  readonly reason: 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload';
  readonly requester: string;
}

const DAY_MS = 86_400_000;

/** All buckets of a lab, and the one way of writing into them. */
export class Buckets {
  readonly #byName = new Map<string, Bucket>();

  constructor(private readonly platform: Platform) {}

  all(): readonly Bucket[] {
    return [...this.#byName.values()];
  }

  find(name: string): Bucket {
    const bucket = this.#byName.get(name);
    if (bucket === undefined) throw new AwsFault('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }

  /** The newest version, or the one named; undefined when absent or deleted. */
  latest(bucket: Bucket, key: string, versionId?: string): ObjectVersion | undefined {
    const versions = bucket.objects.get(key) ?? [];
    const found = versionId === undefined ? versions.at(-1) : versions.find((one) => one.versionId === versionId);
    return found?.deleteMarker === true ? undefined : found;
  }

  /** Adds a version, and tells EventBridge. */
  write(bucket: Bucket, write: Write): ObjectVersion {
    const now = this.platform.clock.now();
    const byDefault = bucket.defaultRetention;
    const version: ObjectVersion = {
      key: write.key,
      versionId: bucket.versioned ? this.platform.ids.hex('s3 version', 32) : 'null',
      body: write.body,
      etag: write.etag ?? etagOf(write.body),
      modifiedAt: now,
      metadata: write.metadata,
      contentType: write.contentType,
      kmsKeyArn: write.kmsKeyArn,
      checksums: write.checksums ?? {},
      deleteMarker: false,
      retention: write.retention ?? (byDefault && { mode: byDefault.mode, until: now + byDefault.days * DAY_MS }),
      legalHold: write.legalHold,
    };
    const earlier = bucket.versioned ? (bucket.objects.get(write.key) ?? []) : [];
    bucket.objects.set(write.key, [...earlier, version]);
    if (bucket.eventBridge) this.#tell(bucket, version, write);
    return version;
  }

  #tell(bucket: Bucket, version: ObjectVersion, { reason, requester }: Write): void {
    const id = this.platform.ids.uuid('s3 event');
    this.platform.emit({
      version: '0',
      id,
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: bucket.account,
      time: eventTime(this.platform.clock.now()),
      region: bucket.region,
      resources: [bucket.arn],
      detail: {
        version: '0',
        bucket: { name: bucket.name },
        object: {
          key: version.key,
          size: version.body.length,
          etag: version.etag.replaceAll('"', ''),
          'version-id': version.versionId,
          sequencer: id.replaceAll('-', '').slice(0, 18).toUpperCase(),
        },
        'request-id': id.slice(0, 16).toUpperCase(),
        requester,
        'source-ip-address': '127.0.0.1',
        reason,
      },
    });
  }

  provisions(): Readonly<Record<string, Provision>> {
    return {
      'AWS::S3::Bucket': (resource) => this.#provide(resource),
      'AWS::S3::BucketPolicy': ({ properties, logicalId, name }) => {
        const { arn } = this.find(textOf(properties.Bucket));
        this.platform.access.addResourcePolicy(arn, readPolicy(logicalId, properties.PolicyDocument));
        return { ref: name(64) };
      },
      // What CDK makes of `eventBridgeEnabled`: a custom resource that sets the bucket's notifications.
      'Custom::S3BucketNotifications': ({ properties, name }) => {
        const wanted = dictOf(properties.NotificationConfiguration);
        if (wanted.EventBridgeConfiguration !== undefined) this.find(textOf(properties.BucketName)).eventBridge = true;
        return { ref: name(64) };
      },
    };
  }

  #provide(resource: Resource): ReturnType<Provision> {
    const { properties, partition, region, account } = resource;
    const name = (textOf(properties.BucketName) || resource.name(63)).toLowerCase();
    const arn = `arn:${partition}:s3:::${name}`;
    const rule = dictOf(dictOf(dictOf(properties.ObjectLockConfiguration).Rule).DefaultRetention);
    const encryption = dictOf(listOf(dictOf(properties.BucketEncryption).ServerSideEncryptionConfiguration)[0]);
    const byDefault = dictOf(encryption.ServerSideEncryptionByDefault);
    const notifies = dictOf(dictOf(properties.NotificationConfiguration).EventBridgeConfiguration);
    this.#byName.set(name, {
      name,
      arn,
      account,
      region,
      versioned: textOf(dictOf(properties.VersioningConfiguration).Status) === 'Enabled',
      defaultRetention: readRetention(rule),
      kmsKeyArn: textOf(byDefault.KMSMasterKeyID) || undefined,
      eventBridge: Object.keys(notifies).length > 0,
      objects: new Map(),
      uploads: new Map(),
    });
    const host = `${name}.s3.${region}.amazonaws.com`;
    return { ref: name, attributes: { Arn: arn, DomainName: `${name}.s3.amazonaws.com`, RegionalDomainName: host } };
  }
}

function readRetention(rule: Readonly<Record<string, unknown>>): Bucket['defaultRetention'] {
  if (rule.Mode !== 'GOVERNANCE' && rule.Mode !== 'COMPLIANCE') return undefined;
  const days = rule.Days === undefined ? Number(rule.Years) * 365 : Number(rule.Days);
  return { mode: rule.Mode, days };
}

/** Every checksum S3 has of a version. */
export function checksumsOf(version: ObjectVersion): Readonly<Partial<Record<ChecksumName, string>>> {
  const given = CHECKSUMS.some((name) => version.checksums[name] !== undefined);
  return given ? version.checksums : { ChecksumCRC64NVME: checksum('ChecksumCRC64NVME', version.body) };
}
