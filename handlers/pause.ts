/** Lets some time pass inside a handler; bounded waits only (DESIGN §2: at most 30 s where no event exists). */
export type Pause = (milliseconds: number) => Promise<void>;

export const pause: Pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Looks until `look` has an answer, every 2 s for at most 30 s. Undefined when it never had one. */
export async function within30Seconds<T>(wait: Pause, look: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let waited = 0; waited <= 30; waited += 2) {
    const answer = await look();
    if (answer !== undefined) return answer;
    if (waited < 30) await wait(2000);
  }
  return undefined;
}
