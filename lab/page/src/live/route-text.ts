export const VIEWS = ['slack', 'workflow', 'estate', 'evidence', 'github', 'attacks'] as const;
export type ViewName = (typeof VIEWS)[number];

/** Where one is: everything that a link to somebody else must carry. */
export interface Route {
  readonly view: ViewName;
  readonly parts: readonly string[];
  /** Slack user id of the person one plays. */
  readonly as?: string;
  /** Step of the tour, from 1. */
  readonly tour?: number;
  /** `ts` of the open thread, or `home`. */
  readonly thread?: string;
}

/** `#/workflow/IR-ABCDEFGH/Isolate%20the%20instance?as=U0CAROL01&tour=3` */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name = '', ...parts] = path.split('/').map(decodeURIComponent);
  const params = new URLSearchParams(query);
  const tour = Number(params.get('tour'));
  const as = params.get('as');
  const thread = params.get('thread');
  return {
    view: VIEWS.find((view) => view === name) ?? 'workflow',
    parts: parts.filter((part) => part !== ''),
    ...(as ? { as } : {}),
    ...(Number.isInteger(tour) && tour > 0 ? { tour } : {}),
    ...(thread ? { thread } : {}),
  };
}

export function formatRoute({ view, parts, as, tour, thread }: Route): string {
  const params = new URLSearchParams();
  if (as) params.set('as', as);
  if (tour) params.set('tour', String(tour));
  if (thread) params.set('thread', thread);
  const query = params.size > 0 ? `?${params}` : '';
  return `#/${[view, ...parts].map(encodeURIComponent).join('/')}${query}`;
}

/** Leaves out what is set to undefined. */
export type RouteChange = { readonly [K in keyof Route]?: Route[K] | undefined };

export function changedRoute(route: Route, change: RouteChange): Route {
  const merged = { ...route, ...change };
  return {
    view: merged.view ?? 'workflow',
    parts: merged.parts ?? [],
    ...(merged.as ? { as: merged.as } : {}),
    ...(merged.tour ? { tour: merged.tour } : {}),
    ...(merged.thread ? { thread: merged.thread } : {}),
  };
}
