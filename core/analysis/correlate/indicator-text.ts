import { isPrivate, isRemote } from '../detect/describe';

/** Endings that are both top-level domains and file names. */
const FILE_ENDINGS =
  /^(?:sh|so|py|pl|rb|ko|js|ts|c|h|o|a|d|md|txt|log|cfg|conf|ini|json|ya?ml|xml|html?|php\d?|jsp|css|csv|gz|tgz|tar|zip|xz|bz2|deb|rpm|bin|elf|out|bak|tmp|old|swp|pid|lock|key|pem|crt|service|timer|socket|target|path|mount|list|repo|local|localdomain|internal|lan|in|db|sql|img|iso|raw|lime|gpg|asc|sig|map|env|git|ssh|x|bk)$/i;

/** Public IPv4 addresses a text names. */
export function addressesIn(text: string): readonly string[] {
  const found = text.match(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g) ?? [];
  return unique(
    found.filter(
      (address) => address.split('.').every((part) => Number(part) <= 255) && isRemote(address) && !isPrivate(address),
    ),
  );
}

/** Host names a text names: in URLs and mail-like places whatever their ending, elsewhere only when they cannot be file names. */
export function domainsIn(text: string): readonly string[] {
  const inUrls = [
    ...text.matchAll(
      /(?:[a-z][a-z0-9+.-]*:\/\/|@)((?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+[a-z]{2,24})(?=[:/\s"'?#;|)]|$)/gi,
    ),
  ].map(([, host]) => host ?? '');
  const bare = [...text.matchAll(/(?<![\w./@-])\.?((?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+[a-z]{2,24})(?![\w/.(=-])/gi)]
    .map(([, host]) => host ?? '')
    .filter((host) => !FILE_ENDINGS.test(host.split('.').at(-1) ?? ''));
  return unique(
    [...inUrls, ...bare].map((host) => host.toLowerCase()).filter((host) => /[a-z]/.test(host.split('.').at(-2) ?? '')),
  );
}

/** Public keys a text names, with their comment. */
export function sshKeysIn(text: string): readonly string[] {
  return unique(
    (
      text.match(
        /(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\d+|sk-[\w@.-]+)\s+[A-Za-z0-9+/=]{20,}(?:\s+[\w.@:-]+)?/g,
      ) ?? []
    ).map((key) => key.trim()),
  );
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
