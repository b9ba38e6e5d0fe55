import { useEffect, useState } from 'react';
import type { PageState } from '../../page-server/model';
import { AttacksPane } from './attacks/attacks-pane';
import { Bar } from './bar';
import { EstatePane } from './estate/estate-pane';
import { EvidencePane } from './evidence/evidence-pane';
import { GithubPane } from './github/github-pane';
import { useRoute } from './live/route';
import { type Route, VIEWS, type ViewName } from './live/route-text';
import { useLive } from './live/store';
import { MachinePane } from './machine/machine-pane';
import { SlackPane } from './slack/slack-pane';
import { Tour } from './tour/tour';

const TITLES: Readonly<Record<ViewName, string>> = {
  slack: 'Slack',
  workflow: 'Workflow',
  estate: 'Estate',
  evidence: 'Evidence',
  github: 'GitHub',
  attacks: 'Attacks',
};

export function App() {
  const live = useLive();
  if (live.state === undefined) return <p className="empty">Opening the lab …</p>;
  return <Lab state={live.state} connected={live.connected} />;
}

function Lab({ state, connected }: { readonly state: PageState; readonly connected: boolean }) {
  const { route, go } = useRoute();
  // A record, so that the same words said again are news.
  const [said, setWords] = useState<{ readonly words: string }>();
  const setSaid = (words: string) => setWords({ words });
  const { now } = state.stage;
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setWords(undefined), 6000);
    return () => clearTimeout(timer);
  }, [said]);
  const person = state.stage.people[route.as ?? ''] ? (route.as ?? '') : (Object.keys(state.stage.people)[0] ?? '');
  const incident = chosenIncident(state, route);
  return (
    <div className="app" data-view={route.view}>
      <a className="skip-link" href="#view">
        To the view
      </a>
      <Bar state={state} incident={incident} now={now} connected={connected} />
      <SlackPane key={person} state={state} person={person} onSaid={setSaid} />
      <div className="view-side">
        <nav className="tabs" aria-label="Views">
          {VIEWS.map((view) => (
            <a
              key={view}
              href={`#/${view}`}
              className={view === 'slack' ? 'slack-tab' : ''}
              aria-current={route.view === view ? 'page' : undefined}
              onClick={(event) => {
                event.preventDefault();
                go({ view, parts: incident && view !== 'github' && view !== 'attacks' ? [incident.id] : [] });
              }}
            >
              {TITLES[view]}
            </a>
          ))}
        </nav>
        {route.tour !== undefined && <Tour state={state} step={route.tour} />}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
        <main key={route.view} className="view" id="view" tabIndex={0} aria-label={TITLES[route.view]}>
          <View {...{ state, route, incident, now, person }} onSaid={setSaid} />
        </main>
      </div>
      {said && (
        <p className="toast" role="status">
          {said.words}
        </p>
      )}
    </div>
  );
}

interface ViewProps {
  readonly state: PageState;
  readonly route: Route;
  readonly incident: PageState['incidents'][string] | undefined;
  readonly now: string;
  readonly person: string;
  readonly onSaid: (said: string) => void;
}

function View({ state, route, incident, now, person, onSaid }: ViewProps) {
  switch (route.view) {
    case 'slack':
    case 'workflow':
      return <MachinePane state={state} incident={incident} now={now} />;
    case 'estate':
      return <EstatePane state={state} incident={incident} />;
    case 'evidence':
      return <EvidencePane state={state} incident={incident} />;
    case 'github':
      return <GithubPane state={state} person={person} onSaid={onSaid} />;
    case 'attacks':
      return <AttacksPane state={state} onSaid={onSaid} />;
    default:
      return route.view satisfies never;
  }
}

/** The one the address names, else the newest. */
function chosenIncident(state: PageState, route: Route) {
  const all = Object.values(state.incidents).sort((a, b) => a.openedAt.localeCompare(b.openedAt));
  return state.incidents[route.parts[0] ?? ''] ?? all.findLast(({ id }) => id.startsWith('IR-')) ?? all.at(-1);
}
