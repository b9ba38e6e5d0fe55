import * as model from '@aws-sdk/client-s3';
import type { ServiceDouble } from '../service';
import { copyOperations } from './copies';
import { listOperations } from './listing';
import { lockOperations } from './locks';
import { multipartOperations } from './multipart';
import { objectOperations, type S3Parts } from './objects';

/** Amazon S3, path style: versions, Object Lock, checksums, multipart and presigned requests. */
export function s3Double(parts: S3Parts): ServiceDouble {
  return {
    name: 's3',
    protocol: 'rest-xml',
    model,
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    operations: {
      ...objectOperations(parts),
      ...copyOperations(parts),
      ...multipartOperations(parts),
      ...lockOperations(parts),
      ...listOperations(parts.buckets),
    },
  };
}
