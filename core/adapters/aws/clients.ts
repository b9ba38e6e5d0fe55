import { randomBytes } from 'node:crypto';
import type { Clock, Ids } from '../../ports/clock';

/**
 * Settings of every client: an answer within 5 s or another try, at most three in all, so that a call ends well inside
 * its function's time. The SDK follows AWS_ENDPOINT_URL by itself.
 */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
} as const;

/**
 * For calls that take no idempotency token (CreateSnapshots, CopySnapshot, SendCommand): the SDK would repeat one whose answer was
 * lost and make a second snapshot or a second capture. One try; the state machine tries the step again, which looks first.
 */
export const ONE_TRY = { ...CLIENT_SETTINGS, maxAttempts: 1 } as const;

export const systemClock: Clock = { now: () => new Date() };

export const randomIds: Ids = { fresh: () => randomBytes(16).toString('hex') };
