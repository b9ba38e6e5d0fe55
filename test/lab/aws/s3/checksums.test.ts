import fc from 'fast-check';
import { dechunk } from '../../../../lab/aws/s3/aws-chunked';
import { checksum, crc64nvme, multipartEtag } from '../../../../lab/aws/s3/checksums';

describe('checksums', () => {
  it('have the check values of their catalogues over "123456789"', () => {
    const nine = Buffer.from('123456789');
    expect(crc64nvme(nine).toString('hex')).toBe('ae8b14860a799888');
    expect(Buffer.from(checksum('ChecksumCRC32', nine), 'base64').toString('hex')).toBe('cbf43926');
  });

  it('name the number of parts', () => {
    expect(multipartEtag([Buffer.from('a'), Buffer.from('b')])).toMatch(/^"[0-9a-f]{32}-2"$/);
  });
});

describe('the aws-chunked encoding', () => {
  it('gives back what was put in, and the trailers as headers', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 }), (chunks) => {
        const lines = chunks.map((chunk) =>
          Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
        );
        const body = Buffer.concat([...lines, Buffer.from('0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n')]);
        const headers = {
          'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
          'content-encoding': 'gzip,aws-chunked',
        };
        const plain = dechunk({
          method: 'PUT',
          path: '/b/k',
          query: new URLSearchParams(),
          headers,
          body,
          callId: undefined,
        });
        expect(plain.body.equals(Buffer.concat(chunks))).toBe(true);
        expect(plain.headers).toMatchObject({ 'x-amz-checksum-crc32': 'AAAAAA==', 'content-encoding': 'gzip' });
      }),
    );
  });
});
