import { createSign } from 'node:crypto';
import type { GithubDesk } from '../desk/github-desk';
import { githubSecret } from '../desk/github-desk';

/** Presses "Merge pull request", over the API as GitHub's own page would: a token of the App, then the merge. */
export function mergePull(github: GithubDesk, seed: string, number: number, now: number): string | undefined {
  const { appId, installationId, privateKey }: { appId: string; installationId: string; privateKey: string } =
    JSON.parse(githubSecret(seed));
  const seconds = Math.floor(now / 1000);
  const claims = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: appId, iat: seconds, exp: seconds + 300 })}`;
  const jwt = `${claims}.${createSign('RSA-SHA256').update(claims).sign(privateKey).toString('base64url')}`;
  const minted = ask(github, 'POST', `/app/installations/${installationId}/access_tokens`, jwt);
  const { token }: { token?: string } = JSON.parse(minted.body);
  if (token === undefined) return `GitHub gives no token: ${minted.status}.`;
  const merged = ask(github, 'PUT', `/repos/${github.repository.fullName}/pulls/${number}/merge`, token);
  return merged.status === 200 ? undefined : `Pull request ${number} cannot be merged: ${merged.status}.`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function ask(github: GithubDesk, method: string, url: string, token: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return github.double.handle({ method, url, headers, body: Buffer.from('{}') });
}
