import { useSyncExternalStore } from 'react';
import { changedRoute, formatRoute, parseRoute, type Route, type RouteChange } from './route-text';

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

export function useRoute(): { readonly route: Route; readonly go: (change: RouteChange) => void } {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const route = parseRoute(hash);
  return { route, go: (change) => go(change) };
}

/** Goes there, keeping what the change does not name. */
export function go(change: RouteChange): void {
  window.location.hash = formatRoute(changedRoute(parseRoute(window.location.hash), change));
}
