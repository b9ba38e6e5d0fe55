import { createSign } from 'node:crypto';
import * as z from 'zod';
import { NeedsHuman } from '../../errors';

const SECRET = z.object({ appId: z.coerce.string(), privateKey: z.string() });
const INSTALLATION = z.object({ permissions: z.record(z.string(), z.string()) });
const TIMEOUT_MS = 10_000;

/**
 * What a GitHub App may do in a repository, asked with the App's own key; undefined when it is not installed there. `secret` is
 * the JSON of the GitHub secret. GitHub REST API, "Get a repository installation for the authenticated app".
 */
export async function installationPermissions(
  secret: string,
  repository: string,
  options: { readonly root?: string | undefined; readonly now: Date },
): Promise<Readonly<Record<string, string>> | undefined> {
  const answer = await fetch(`${options.root ?? 'https://api.github.com'}/repos/${repository}/installation`, {
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${appToken(SECRET.parse(JSON.parse(secret)), options.now)}`,
      'x-github-api-version': '2022-11-28',
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (answer.status === 404) return undefined;
  if (answer.status === 401) throw new NeedsHuman('GitHub does not know this App id with this private key');
  if (!answer.ok) throw new NeedsHuman(`GitHub answered ${answer.status}`);
  return INSTALLATION.parse(await answer.json()).permissions;
}

/** A JSON web token of the App: valid nine minutes, from a minute ago, as GitHub advises for clocks that differ. */
function appToken({ appId, privateKey }: z.output<typeof SECRET>, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: appId, iat: seconds - 60, exp: seconds + 540 })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
}
