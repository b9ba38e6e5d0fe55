import { App, Octokit } from 'octokit';

const TIMEOUT_MS = 8_000;

/** What a GitHub App signs its own tokens with. */
export interface AppKey {
  readonly appId: string | number;
  /** PEM */
  readonly privateKey: string;
}

/** GitHub as our App. No call is repeated here: who calls knows whether it may be. `apiUrl`: api.github.com unless told. */
export function githubApp({ appId, privateKey }: AppKey, apiUrl: string | undefined): App {
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
