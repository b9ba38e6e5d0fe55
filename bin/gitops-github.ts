/** One call of GitHub's REST API; a path from the root, JSON in and out. Throws one sentence on an error answer. */
export type GithubApi = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** GitHub by the workflow's own token. `GITHUB_API_URL` says where it is. */
export function githubApi(token: string, env: NodeJS.ProcessEnv, send: typeof fetch = fetch): GithubApi {
  const root = (env.GITHUB_API_URL ?? 'https://api.github.com').replace(/\/$/, '');
  return async (method, path, body) => {
    const answer = await send(`${root}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-github-api-version': '2022-11-28',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`GitHub answered ${answer.status} to ${method} ${path}.`);
    return answer.status === 204 ? undefined : answer.json();
  };
}
