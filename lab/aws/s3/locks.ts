import type * as S3 from '@aws-sdk/client-s3';
import type { AccessControl } from '../../iam/access-control';
import { AwsFault, type Call, type Operation, operation } from '../service';
import { bucketCheck, objectCheck } from './access';
import type { Bucket, ObjectVersion } from './buckets';
import { present, type S3Parts } from './objects';

const locked = (): AwsFault =>
  new AwsFault('AccessDenied', 'Access Denied because object protected by object lock.', 403);

/** Whether the caller may go past a governance retention, and says that it wants to. */
function bypasses(
  access: AccessControl,
  call: Call,
  bucket: Bucket,
  key: string,
  wanted: boolean | undefined,
): boolean {
  return (
    wanted === true && access.decide(call.principal, [objectCheck('BypassGovernanceRetention', bucket, key)]).allowed
  );
}

/** Throws when retention or a legal hold keeps the version as it is. */
function checkUnlocked(version: ObjectVersion, now: number, bypass: boolean): void {
  if (version.legalHold) throw locked();
  const { retention } = version;
  if (retention === undefined || retention.until <= now) return;
  if (retention.mode === 'COMPLIANCE' || !bypass) throw locked();
}

const bucketOf = ({ buckets }: S3Parts, input: { readonly Bucket?: string | undefined }): Bucket =>
  buckets.find(input.Bucket ?? '');

/** Deletion and Object Lock: a plain delete hides, a versioned delete is refused while anything locks the version. */
export function lockOperations(parts: S3Parts): Readonly<Record<string, Operation>> {
  return {
    DeleteObject: deleteObject(parts),
    PutObjectRetention: putRetention(parts),
    GetObjectRetention: getRetention(parts),
    GetObjectLockConfiguration: getConfiguration(parts),
    ...legalHoldOperations(parts),
  };
}

function deleteObject(parts: S3Parts): Operation {
  const members = ['Bucket', 'Key', 'VersionId', 'BypassGovernanceRetention'] as const;
  return operation<S3.DeleteObjectCommandInput, object>(members, {
    authorize: (input) => {
      const action = input.VersionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion';
      return [objectCheck(action, bucketOf(parts, input), input.Key ?? '')];
    },
    run: (input, call) => {
      const bucket = bucketOf(parts, input);
      const key = input.Key ?? '';
      const versions = bucket.objects.get(key) ?? [];
      if (input.VersionId === undefined) return hide(parts, bucket, key, versions, call);
      const version = versions.find(({ versionId }) => versionId === input.VersionId);
      const bypass = bypasses(parts.platform.access, call, bucket, key, input.BypassGovernanceRetention);
      if (version !== undefined) checkUnlocked(version, call.now(), bypass);
      bucket.objects.set(
        key,
        versions.filter((one) => one !== version),
      );
      return { VersionId: input.VersionId };
    },
  });
}

const RETENTION_MEMBERS: readonly (keyof S3.PutObjectRetentionCommandInput)[] = [
  'Bucket',
  'Key',
  'VersionId',
  'Retention',
  'BypassGovernanceRetention',
  'ChecksumAlgorithm',
  'ContentMD5',
];

function putRetention(parts: S3Parts): Operation {
  return operation<S3.PutObjectRetentionCommandInput, object>(RETENTION_MEMBERS, {
    authorize: (input) => [objectCheck('PutObjectRetention', bucketOf(parts, input), input.Key ?? '')],
    run: (input, call) => {
      const version = present(parts, input, call);
      const mode = input.Retention?.Mode;
      const until = input.Retention?.RetainUntilDate?.getTime() ?? 0;
      const { retention } = version;
      const shortens = retention !== undefined && (until < retention.until || mode !== retention.mode);
      const bypass = bypasses(
        parts.platform.access,
        call,
        bucketOf(parts, input),
        input.Key ?? '',
        input.BypassGovernanceRetention,
      );
      if (shortens) checkUnlocked({ ...version, legalHold: false }, call.now(), bypass);
      version.retention = mode === undefined ? undefined : { mode, until };
      return {};
    },
  });
}

function getRetention(parts: S3Parts): Operation {
  return operation<S3.GetObjectRetentionCommandInput, object>(['Bucket', 'Key', 'VersionId'], {
    authorize: (input) => [objectCheck('GetObjectRetention', bucketOf(parts, input), input.Key ?? '')],
    run: (input, call) => {
      const { retention } = present(parts, input, call);
      if (retention !== undefined)
        return { Retention: { Mode: retention.mode, RetainUntilDate: new Date(retention.until) } };
      const missing = 'The specified object does not have a ObjectLock configuration';
      throw new AwsFault('NoSuchObjectLockConfiguration', missing, 404);
    },
  });
}

function getConfiguration(parts: S3Parts): Operation {
  return operation<S3.GetObjectLockConfigurationCommandInput, object>(['Bucket'], {
    authorize: (input) => [bucketCheck('GetBucketObjectLockConfiguration', bucketOf(parts, input))],
    run: (input) => {
      const kept = bucketOf(parts, input).defaultRetention;
      if (kept === undefined)
        throw new AwsFault(
          'ObjectLockConfigurationNotFoundError',
          'Object Lock configuration does not exist for this bucket',
          404,
        );
      const Rule = { DefaultRetention: { Mode: kept.mode, Days: kept.days } };
      return { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule } };
    },
  });
}

function legalHoldOperations(parts: S3Parts): Readonly<Record<string, Operation>> {
  const members = ['Bucket', 'Key', 'VersionId', 'LegalHold', 'ChecksumAlgorithm', 'ContentMD5'] as const;
  return {
    PutObjectLegalHold: operation<S3.PutObjectLegalHoldCommandInput, object>(members, {
      authorize: (input) => [objectCheck('PutObjectLegalHold', bucketOf(parts, input), input.Key ?? '')],
      run: (input, call) => {
        present(parts, input, call).legalHold = input.LegalHold?.Status === 'ON';
        return {};
      },
    }),
    GetObjectLegalHold: operation<S3.GetObjectLegalHoldCommandInput, object>(['Bucket', 'Key', 'VersionId'], {
      authorize: (input) => [objectCheck('GetObjectLegalHold', bucketOf(parts, input), input.Key ?? '')],
      run: (input, call) => ({ LegalHold: { Status: present(parts, input, call).legalHold ? 'ON' : 'OFF' } }),
    }),
  };
}

function hide(
  { platform }: S3Parts,
  bucket: Bucket,
  key: string,
  versions: readonly ObjectVersion[],
  call: Call,
): object {
  if (!bucket.versioned) {
    bucket.objects.delete(key);
    return {};
  }
  const marker: ObjectVersion = {
    key,
    versionId: platform.ids.hex('s3 version', 32),
    body: Buffer.alloc(0),
    etag: '',
    modifiedAt: call.now(),
    metadata: {},
    contentType: '',
    kmsKeyArn: undefined,
    checksums: {},
    deleteMarker: true,
    retention: undefined,
    legalHold: false,
  };
  bucket.objects.set(key, [...versions, marker]);
  return { DeleteMarker: true, VersionId: marker.versionId };
}
