/** One timer: fires at `at`; equal times are ordered by `tie()` (seeded, from the key) and then by the order of setting. */
export interface Timer {
  readonly at: number;
  /** Asked only when two timers fall on one instant: most never do. */
  tie(): number;
  readonly order: number;
  readonly key: string;
  readonly fn: () => void;
  cancelled: boolean;
}

function before(a: Timer, b: Timer): boolean {
  if (a.at !== b.at) return a.at < b.at;
  const [left, right] = [a.tie(), b.tie()];
  if (left !== right) return left < right;
  return a.order < b.order;
}

/** A binary heap of timers; cancelled ones are dropped as they come up. */
export class TimerHeap {
  readonly #items: Timer[] = [];

  push(timer: Timer): void {
    const items = this.#items;
    items.push(timer);
    let index = items.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  /** The earliest live timer, left in place. */
  peek(): Timer | undefined {
    while (this.#items[0]?.cancelled) this.#removeTop();
    return this.#items[0];
  }

  /** Takes the earliest live timer. */
  pop(): Timer | undefined {
    const top = this.peek();
    if (top !== undefined) this.#removeTop();
    return top;
  }

  /** Live timers in no particular order. */
  live(): readonly Timer[] {
    return this.#items.filter((timer) => !timer.cancelled);
  }

  #removeTop(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    items[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const leftItem = items[left];
      if (leftItem === undefined) return;
      const rightItem = items[right];
      const child = rightItem !== undefined && before(rightItem, leftItem) ? right : left;
      if (!this.#swapIfBefore(child, index)) return;
      index = child;
    }
  }

  #swapIfBefore(child: number, parent: number): boolean {
    const [a, b] = [this.#items[child], this.#items[parent]];
    if (a === undefined || b === undefined || !before(a, b)) return false;
    this.#items[child] = b;
    this.#items[parent] = a;
    return true;
  }
}
