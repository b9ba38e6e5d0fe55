import { useEffect, useState } from 'react';
import type { PageState } from '../../../page-server/model';

/** The lab's clock, ticking between two updates: the server tells it only when something happened. */
export function useNow(state: PageState): string {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return state.stage.now;
}
