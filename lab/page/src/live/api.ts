import { useEffect, useState } from 'react';
import type { Gesture } from '../../../page-server/gestures';
import type { GestureAnswer } from '../../../page-server/model';

/** Does something in the lab; what went wrong comes back as a sentence. */
export async function act(gesture: Gesture): Promise<GestureAnswer> {
  return post('/api/gestures', gesture);
}

export function reset(): Promise<GestureAnswer> {
  return post('/api/reset', {});
}

async function post(path: string, body: object): Promise<GestureAnswer> {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return { ok: false, said: 'The lab does not answer. Is it still running?' };
  }
}

/** What a path holds, read again whenever `version` changes; undefined until it came. */
export function useJson<T>(path: string | undefined, version: unknown): T | undefined {
  const [found, setFound] = useState<{ path: string; value: T }>();
  const stamp = String(version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `stamp` is why it is read again.
  useEffect(() => {
    if (path === undefined) return undefined;
    const control = new AbortController();
    fetch(path, { signal: control.signal })
      .then((answer) => (answer.ok ? answer.json() : undefined))
      .then((value) => {
        if (value !== undefined) setFound({ path, value });
      })
      .catch(() => undefined);
    return () => control.abort();
  }, [path, stamp]);
  return found?.path === path ? found?.value : undefined;
}
