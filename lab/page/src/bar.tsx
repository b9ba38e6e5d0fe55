import { useEffect, useState } from 'react';
import type { IncidentView, PageState } from '../../page-server/model';
import { act } from './live/api';
import { go } from './live/route';
import { dayOf, timeOf } from './parts/words';
import { rootOf } from './tour/tour';

interface BarProps {
  readonly state: PageState;
  readonly incident: IncidentView | undefined;
  readonly now: string;
  readonly connected: boolean;
}

/** Title, the lab's clock, the incident looked at, skipping ahead, the tour and light or dark. */
export function Bar({ state, incident, now, connected }: BarProps) {
  const [skipping, setSkipping] = useState(false);
  const skip = async () => {
    setSkipping(true);
    await act({ kind: 'skip', to: 'change' });
    setSkipping(false);
  };
  const choose = (id: string) => {
    const root = rootOf(state, id);
    go({ parts: [id], ...(root ? { thread: root.ts } : {}) });
  };
  return (
    <header className="bar">
      <h1>
        <span className="mark" aria-hidden="true" />
        Cordon <span className="word">lab</span>
      </h1>
      <span className="clock" title="The lab's clock">
        <span className="day">{dayOf(now)}, </span>
        {timeOf(now)} UTC {state.stage.busy && <em>{state.stage.busy} …</em>}
        {!connected && <em>connection lost, trying again …</em>}
      </span>
      <span className="spacer" />
      <select value={incident?.id ?? ''} aria-label="Incident" onChange={({ target }) => choose(target.value)}>
        {incident === undefined && <option value="">no incident</option>}
        {Object.values(state.incidents).map(({ id, type, status }) => (
          <option key={id} value={id}>
            {id} {status} {type}
          </option>
        ))}
      </select>
      <button
        type="button"
        onClick={() => void skip()}
        disabled={skipping}
        title="Lets the lab's time run to the next thing that happens"
      >
        Skip ahead
      </button>
      <button type="button" className="main" onClick={() => go({ tour: 1 })}>
        Tour
      </button>
      <ThemeButton />
    </header>
  );
}

const THEME = 'cordon-lab-theme';

function ThemeButton() {
  const [theme, setTheme] = useState(() => localStorage.getItem(THEME) ?? '');
  useEffect(() => {
    if (theme === '') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.dataset.theme = theme;
    localStorage.setItem(THEME, theme);
  }, [theme]);
  const dark = theme === '' ? window.matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
  return (
    <button type="button" className="optional" onClick={() => setTheme(dark ? 'light' : 'dark')}>
      {dark ? 'Light' : 'Dark'}
    </button>
  );
}
