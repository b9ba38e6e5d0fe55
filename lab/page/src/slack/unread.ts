import { useEffect, useRef, useState } from 'react';
import type { MessageView } from '../../../page-server/model';

const KEY = 'cordon-lab-read';

/** Counts what came since this person last looked; looking is: the page is visible for two seconds. */
export function useUnread(messages: readonly MessageView[], person: string) {
  const newest = messages.at(-1)?.ts ?? '';
  const [read, setRead] = useState(() => localStorage.getItem(`${KEY} ${person}`) ?? '');
  const shownFrom = useRef(read);
  useEffect(() => {
    const last = localStorage.getItem(`${KEY} ${person}`) ?? '';
    shownFrom.current = last;
    setRead(last);
  }, [person]);
  useEffect(() => {
    if (document.hidden || newest === '') return undefined;
    const timer = setTimeout(() => {
      localStorage.setItem(`${KEY} ${person}`, newest);
      setRead(newest);
    }, 2000);
    return () => clearTimeout(timer);
  }, [newest, person]);
  const unread = messages.filter(({ ts }) => ts > read).length;
  const firstNew = read === '' ? undefined : messages.find(({ ts }) => ts > read)?.ts;
  return { unread, firstNew };
}
