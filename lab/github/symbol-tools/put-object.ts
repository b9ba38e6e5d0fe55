import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** `aws s3api put-object` with the options that symbols.sh gives it. */
async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      bucket: { type: 'string' },
      key: { type: 'string' },
      body: { type: 'string' },
      'checksum-algorithm': { type: 'string' },
    },
  });
  const { bucket: Bucket, key: Key, body } = values;
  if (positionals.join(' ') !== 's3api put-object' || body === undefined || values['checksum-algorithm'] !== 'SHA256')
    throw new Error(`The lab's runner has no "aws ${argv.join(' ')}".`);
  const client = new S3Client({ forcePathStyle: true });
  const answer = await client.send(
    new PutObjectCommand({ Bucket, Key, Body: readFileSync(body), ChecksumAlgorithm: 'SHA256' }),
  );
  process.stdout.write(`${JSON.stringify({ VersionId: answer.VersionId, ChecksumSHA256: answer.ChecksumSHA256 })}\n`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exitCode = 1;
});
