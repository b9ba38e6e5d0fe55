import type { WireRequest } from '../wire-server';

/** Query parameters that make up the signature itself. */
const SIGNATURE = /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256)$/i;

/** Presigners move `x-amz-*` headers into the query, and S3 reads them there: this puts them back. Any other request is left as it is. */
export function unhoist(request: WireRequest): WireRequest {
  if (request.query.get('X-Amz-Signature') === null) return request;
  const moved = [...request.query].filter(([name]) => /^x-amz-/i.test(name) && !SIGNATURE.test(name));
  if (moved.length === 0) return request;
  const query = new URLSearchParams(
    [...request.query].filter(([name]) => !moved.some(([hoisted]) => hoisted === name)),
  );
  const headers = Object.fromEntries(moved.map(([name, value]) => [name.toLowerCase(), value]));
  return { ...request, query, headers: { ...request.headers, ...headers } };
}
