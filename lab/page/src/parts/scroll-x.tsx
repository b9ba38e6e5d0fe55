import type { ReactNode } from 'react';

interface ScrollXProps {
  readonly label: string;
  readonly card?: boolean;
  readonly children: ReactNode;
}

/** A table that may be wider than its place: it scrolls by itself, by keyboard too. */
export function ScrollX({ label, card = false, children }: ScrollXProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className={`scroll-x ${card ? 'card' : ''}`} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
