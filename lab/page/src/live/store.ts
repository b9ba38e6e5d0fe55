import { useSyncExternalStore } from 'react';
import { applyPatch, type Patch } from '../../../page-server/merge-patch';
import type { PageState } from '../../../page-server/model';

export interface Live {
  readonly state: PageState | undefined;
  readonly connected: boolean;
}

let live: Live = { state: undefined, connected: false };
const listeners = new Set<() => void>();

function set(next: Partial<Live>): void {
  live = { ...live, ...next };
  for (const listener of listeners) listener();
}

/** Opens the one stream of state; the browser itself comes back after an interruption and is sent everything again. */
export function connect(): void {
  const source = new EventSource('/events');
  source.addEventListener('full', ({ data }: MessageEvent<string>) => {
    set({ state: JSON.parse(data), connected: true });
  });
  source.addEventListener('patch', ({ data }: MessageEvent<string>) => {
    const patch: Patch = JSON.parse(data);
    if (live.state) set({ state: applyPatch(live.state, patch), connected: true });
  });
  source.addEventListener('error', () => set({ connected: false }));
}

export function useLive(): Live {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => live,
  );
}
