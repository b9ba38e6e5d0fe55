import type { WireRequest } from '../wire-server';

/**
 * Undoes the `aws-chunked` content encoding that SDKs use for bodies with trailing checksums: `size[;signature]CRLF bytes CRLF … 0 CRLF
 * trailers CRLF`. Trailers become headers, as S3 treats them. Any other request comes back as it is.
 */
export function dechunk(request: WireRequest): WireRequest {
  const payload = request.headers['x-amz-content-sha256'] ?? '';
  if (!payload.startsWith('STREAMING-')) return request;
  const { body, trailers } = readChunks(request.body);
  const { 'content-encoding': encoding, ...headers } = request.headers;
  const rest = (encoding ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'aws-chunked');
  const kept = rest.length > 0 ? { 'content-encoding': rest.join(',') } : {};
  return { ...request, headers: { ...headers, ...kept, ...trailers, 'content-length': String(body.length) }, body };
}

function readChunks(raw: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = raw.indexOf('\r\n', at);
    if (lineEnd < 0) break;
    const size = Number.parseInt(raw.toString('latin1', at, lineEnd).split(';')[0] ?? '0', 16);
    at = lineEnd + 2;
    if (!(size > 0)) break;
    parts.push(raw.subarray(at, at + size));
    at += size + 2;
  }
  const lines = raw
    .toString('latin1', at)
    .split('\r\n')
    .filter((line) => line.includes(':'));
  const trailers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { body: Buffer.concat(parts), trailers: Object.fromEntries(trailers) };
}
