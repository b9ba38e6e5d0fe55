import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';

/**
 * Options for every client of ours. The SDK's defaults (ten retries over half an hour, sleeping out a 429, no
 * timeout) outlive a function: we try once, say so quickly, and let the queue bring the message back.
 */
export function slackClientOptions(apiUrl: string | undefined, timeoutMs: number): WebClientOptions {
  return {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    allowAbsoluteUrls: false,
    logLevel: LogLevel.ERROR,
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
  };
}

export function slackClient(token: string, apiUrl: string | undefined, timeoutMs: number): WebClient {
  return new WebClient(token, slackClientOptions(apiUrl, timeoutMs));
}
