const RFC3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/;

/** Nanoseconds since the epoch of an RFC 3339 timestamp with capital T and Z (the States Language's profile), else undefined. */
export function parseTimestamp(text: string): bigint | undefined {
  const [, seconds, fraction, zone] = RFC3339.exec(text) ?? [];
  const ms = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * 1_000_000n + BigInt((fraction ?? '').slice(0, 9).padEnd(9, '0'));
}

/** The first whole millisecond at or after a timestamp: when a Wait until it ends. */
export function timestampMs(text: string): number | undefined {
  const nanos = parseTimestamp(text);
  return nanos === undefined ? undefined : Number((nanos + 999_999n) / 1_000_000n);
}
