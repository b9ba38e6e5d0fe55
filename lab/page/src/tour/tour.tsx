import { useEffect, useState } from 'react';
import type { IncidentView, MessageView, PageState } from '../../../page-server/model';
import { act } from '../live/api';
import { go } from '../live/route';
import type { RouteChange } from '../live/route-text';
import { STEPS, TOUR_ATTACK, type TourAction, tourIncident } from './steps';

/** As in page.css: below this width Slack is a view among the others. */
const ONE_VIEW = window.matchMedia('(max-width: 860px)');

/** The guided tour: one card above the view, one step at a time; the address holds the step. */
export function Tour({ state, step }: { readonly state: PageState; readonly step: number }) {
  const now = STEPS[step - 1];
  const [busy, setBusy] = useState(false);
  const incident = tourIncident(state);
  const root = incident === undefined ? undefined : rootOf(state, incident.id);
  const id = incident?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step takes one to its place once.
  useEffect(() => {
    if (now) go(placed(now.view, id, root?.ts));
  }, [step, id, root?.ts]);
  if (now === undefined) return null;
  const done = now.done(incident, state);
  const perform = async (action: TourAction) => {
    setBusy(true);
    if (action.does === 'attack') await act({ kind: 'attack', attack: TOUR_ATTACK });
    else if (action.does === 'ahead') await act({ kind: 'skip', to: 'question' });
    else {
      const slack = action.inSlack && ONE_VIEW.matches ? { view: 'slack' as const } : {};
      go(placed({ ...action.change, ...slack }, id, root?.ts));
    }
    setBusy(false);
  };
  const last = step === STEPS.length;
  return (
    <section className="tour" aria-label={`Tour, step ${step} of ${STEPS.length}`}>
      <div className="row between">
        <h2>
          {step}. {now.title}
        </h2>
        <ol aria-hidden="true">
          {STEPS.map((one, index) => (
            <li key={one.title} data-done={index < step} />
          ))}
        </ol>
      </div>
      <p>{now.says}</p>
      <div className="row between">
        <span className="row">
          {now.actions.map((action) => (
            <button
              key={action.label}
              type="button"
              className="button"
              disabled={(busy && action.does !== 'go') || (action.does === 'attack' && done)}
              onClick={() => void perform(action)}
            >
              {action.label}
            </button>
          ))}
          {done && (
            <span className="pill good" role="status">
              done
            </span>
          )}
        </span>
        <span className="row">
          {step > 1 && (
            <button type="button" className="button" onClick={() => go({ tour: step - 1 })}>
              Back
            </button>
          )}
          <button type="button" className="button" onClick={() => go({ tour: undefined })}>
            {last ? 'Finish' : 'Leave the tour'}
          </button>
          {!last && (
            <button type="button" className={`button ${done ? 'primary' : ''}`} onClick={() => go({ tour: step + 1 })}>
              {done ? 'Next' : 'Skip this step'}
            </button>
          )}
        </span>
      </div>
    </section>
  );
}

/** An empty first part stands for the tour's incident; its thread is opened where there is one. */
function placed(change: RouteChange, incident: string | undefined, thread: string | undefined): RouteChange {
  const rest = change.parts?.slice(1) ?? [];
  const own = incident === undefined ? [] : [incident, ...rest];
  const parts =
    change.parts === undefined ? {} : { parts: change.view === 'attacks' || change.view === 'github' ? [] : own };
  return { ...change, ...parts, ...(thread === undefined ? {} : { thread }) };
}

/** The card of an incident: the first message of the channel that names it. */
export function rootOf(state: PageState, incident: IncidentView['id']): MessageView | undefined {
  return Object.values(state.slack.messages).find(
    ({ thread, text }) => thread === undefined && text.includes(incident),
  );
}
