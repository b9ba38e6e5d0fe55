import type { WireAnswer, WireHandler, WireRequest } from '../aws/wire-server';
import type { SlackCall, SlackDouble } from './double';

/** What the recorder is told of one call to Slack; `callId` names the function that made it. */
export interface WiredSlackCall extends SlackCall {
  readonly callId: string | undefined;
  readonly userAgent: string;
}

/** Slack answers in 80 ms or so; views a little slower, since a client must draw them. */
const LATENCY_MS = 80;

/** The double behind HTTP, as the lab's wire server serves it. `scopes`: what the token was given, told in a header of every answer. */
export function slackWire(
  double: SlackDouble,
  record: (call: WiredSlackCall) => void,
  scopes: readonly string[],
): WireHandler {
  return {
    latencyMs: () => LATENCY_MS,
    handle(request: WireRequest): WireAnswer {
      const query = request.query.toString();
      const answer = double.handle(
        {
          method: request.method,
          path: query === '' ? request.path : `${request.path}?${query}`,
          headers: request.headers,
          body: request.body,
        },
        (call) => record({ ...call, callId: request.callId, userAgent: request.headers['user-agent'] ?? '' }),
      );
      if (answer.cut) return 'cut';
      return { ...answer, headers: { ...answer.headers, 'x-oauth-scopes': scopes.join(',') } };
    },
  };
}
