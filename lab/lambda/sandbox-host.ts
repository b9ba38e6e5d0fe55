import type { HttpAnswer, HttpRequest } from '../aws/protocol/http';
import type { Clock } from '../time/clock';

/** What an instance tells its host about one outgoing request, so that call ids stay reproducible. */
export interface OutgoingCall {
  /** `function/invocation/n`: the same call has the same id in every run with the same seed. */
  readonly id: string;
  readonly target: string;
}

/** A double of this process, reached without a socket. */
export interface LocalWire {
  /** Answers when the lab's clock has come so far; `cut`: the connection ends without an answer. */
  exchange(request: HttpRequest & { readonly callId: string }): Promise<HttpAnswer | 'cut'>;
}

/** What to do with an outgoing request: let it go, or end the invocation before it leaves or after it took effect. */
export type CrashPoint = 'before' | 'after' | undefined;

/**
 * The lab an instance lives in at the moment. Instances reach it through a binding, so that one loaded bundle can serve
 * one lab after the other.
 */
export interface SandboxHost {
  readonly clock: Clock;
  readonly seed: string;
  /** Real port behind a nominal one: product code sees ports that are the same in every run. */
  realPort(nominal: number): number;
  /** The double behind a nominal port, if it is one of this process; else the request takes the real port. */
  wire?(nominal: number): LocalWire | undefined;
  crashPoint(call: OutgoingCall): CrashPoint;
  /** One line a function printed. */
  print(functionName: string, requestId: string, line: string): void;
}

/** Header by which the doubles recognise a request of a sandbox, and park it on the clock. */
export const CALL_HEADER = 'x-lab-call';
