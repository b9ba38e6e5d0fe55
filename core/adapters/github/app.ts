import type * as octokit from 'octokit';

const TIMEOUT_MS = 8_000;

/** What a GitHub App signs its own tokens with. */
export interface AppKey {
  readonly appId: string | number;
  /** PEM */
  readonly privateKey: string;
}

/**
 * GitHub as our App. No call is repeated here: who calls knows whether it may be. `apiUrl`: api.github.com unless told. octokit is
 * given: it is ESM alone, which a bundle takes as any other, and the command line, which is CommonJS, only by `import()`.
 */
export function githubApp(
  { App, Octokit }: Pick<typeof octokit, 'App' | 'Octokit'>,
  { appId, privateKey }: AppKey,
  apiUrl: string | undefined,
): octokit.App {
  const Client = Octokit.defaults({
    ...(apiUrl === undefined ? {} : { baseUrl: apiUrl.replace(/\/$/, '') }),
    retry: { enabled: false },
    throttle: { enabled: false },
    request: { fetch: fetchInTime },
  });
  return new App({ appId, privateKey, Octokit: Client });
}

/** Every request has an end. */
function fetchInTime(url: string, options: RequestInit): Promise<Response> {
  return fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
}
