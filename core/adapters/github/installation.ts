import * as z from 'zod';
import { NeedsHuman } from '../../errors';
import { githubApp } from './app';

const SECRET = z.object({ appId: z.union([z.string(), z.number()]), privateKey: z.string() });

/**
 * What a GitHub App may do in a repository (`owner/name`), asked with the App's own key; undefined when it is not installed there.
 * `secret` is the JSON of the GitHub secret. Throws NeedsHuman where GitHub or the secret says no.
 * GitHub REST API, "Get a repository installation for the authenticated app".
 */
export async function installationPermissions(
  secret: string,
  repository: string,
  apiUrl: string | undefined,
): Promise<Readonly<Record<string, string>> | undefined> {
  const key = SECRET.safeParse(JSON.parse(secret));
  if (!key.success) throw new NeedsHuman('the GitHub secret lacks appId or privateKey');
  const [owner = '', repo = ''] = repository.split('/');
  const { App, Octokit, RequestError } = await import('octokit');
  try {
    const { data } = await githubApp({ App, Octokit }, key.data, apiUrl).octokit.rest.apps.getRepoInstallation({
      owner,
      repo,
    });
    return Object.fromEntries(Object.entries(data.permissions).map(([name, level]) => [name, String(level)]));
  } catch (error) {
    if (!(error instanceof RequestError)) throw new NeedsHuman(`the App could not ask GitHub: ${reasonOf(error)}`);
    if (error.status === 404) return undefined;
    if (error.status === 401) throw new NeedsHuman('GitHub does not know this App id with this private key');
    throw new NeedsHuman(`GitHub answered ${error.status}`);
  }
}

/** The first line alone: OpenSSL’s complaint about a key that is none goes on. */
function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
