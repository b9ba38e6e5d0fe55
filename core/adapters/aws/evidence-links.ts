import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { incidentPrefix } from '../../collect/vault-paths';
import type { EvidenceLinks } from '../../ports/evidence-links';
import { CLIENT_SETTINGS } from './clients';

/**
 * Presigned GETs of one version each, made by a role that may read derived artefacts and nothing else: a link is never
 * worth more than that role. Signing is local; no call is made.
 */
export function s3EvidenceLinks(bucket: string): EvidenceLinks {
  const s3 = new S3Client(CLIENT_SETTINGS);
  return {
    link(incident, artefact, seconds) {
      const name = artefact.path.split('/').at(-1) ?? 'artefact';
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: `${incidentPrefix(incident)}${artefact.path}`,
        VersionId: artefact.versionId,
        // What an attacker wrote is downloaded, never shown by a browser in the bucket's name.
        ResponseContentDisposition: `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, '_')}"`,
      });
      return getSignedUrl(s3, command, { expiresIn: seconds });
    },
  };
}
