/** A thread in Slack that waits for a change to be deployed. */
export interface WaitingThread {
  readonly channel: string;
  /** `ts` of the thread's first message. */
  readonly ts: string;
}

const TRAILER = /^Cordon-Thread: ([CDG][A-Z0-9]{2,20})\/([0-9]{6,12}\.[0-9]{6})$/gm;

/**
 * The last line of a commit that a thread asked for. A commit message outlives every way of merging (merge, squash and
 * rebase keep it), so the deploy knows whom to tell without a store of its own, and long after the incident is closed.
 */
export function threadTrailer({ channel, ts }: WaitingThread): string {
  return `Cordon-Thread: ${channel}/${ts}`;
}

/** Every thread that commit messages name, once each, in their order. Anything not of the exact form is not one. */
export function threadsIn(messages: string): readonly WaitingThread[] {
  const found = new Map<string, WaitingThread>();
  for (const [line, channel = '', ts = ''] of messages.matchAll(TRAILER)) found.set(line, { channel, ts });
  return [...found.values()];
}
