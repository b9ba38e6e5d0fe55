import type { WireAnswer, WireHandler, WireRequest } from '../aws/wire-server';
import type { GithubDouble } from './double';

/** What the recorder is told of one call to GitHub; `callId` names the function that made it. */
export interface WiredGithubCall {
  readonly operation: string;
  readonly resource: string;
  readonly outcome: string;
  readonly callId: string | undefined;
  readonly userAgent: string;
}

/** GitHub's API answers in a quarter of a second, give or take. */
const LATENCY_MS = 250;

/** The double behind HTTP, as the lab's wire server serves it. */
export function githubWire(double: GithubDouble, record: (call: WiredGithubCall) => void): WireHandler {
  return {
    latencyMs: () => LATENCY_MS,
    handle(request: WireRequest): WireAnswer {
      const query = request.query.toString();
      const answer = double.handle({
        method: request.method,
        url: query === '' ? request.path : `${request.path}?${query}`,
        headers: request.headers,
        body: request.body,
      });
      record({
        operation: answer.operation,
        resource: answer.resource,
        outcome: answer.status < 400 ? 'ok' : String(answer.status),
        callId: request.callId,
        userAgent: request.headers['user-agent'] ?? '',
      });
      return answer;
    },
  };
}
