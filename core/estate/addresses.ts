/** IPv4 address as a number, or undefined when it is not one. */
function ipv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^[0-9]{1,3}$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

/** Whether an IPv4 CIDR holds an IPv4 address. Anything malformed, and every IPv6 range, holds nothing. */
export function cidrHolds(cidr: string, address: string): boolean {
  const [base = '', length = ''] = cidr.split('/');
  const network = ipv4(base);
  const host = ipv4(address);
  if (network === undefined || host === undefined || !/^[0-9]{1,2}$/.test(length)) return false;
  const bits = Number(length);
  if (bits > 32) return false;
  const size = 2 ** (32 - bits);
  return Math.floor(network / size) === Math.floor(host / size);
}
