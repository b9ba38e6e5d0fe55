import { useState } from 'react';
import type { AttackView, PageState, SlackWeather } from '../../../page-server/model';
import { act, reset } from '../live/api';
import { go } from '../live/route';

interface AttacksProps {
  readonly state: PageState;
  readonly onSaid: (said: string) => void;
}

/** What can go wrong, at a press: attacks, pasted findings, and the weather of Slack. */
export function AttacksPane({ state, onSaid }: AttacksProps) {
  const launch = async (attack: AttackView) => {
    const { said } = await act({ kind: 'attack', attack: attack.id });
    onSaid(said ?? `${attack.title}: GuardDuty will report ${attack.reports}.`);
  };
  return (
    <>
      <h2>Attack console</h2>
      <p className="soft">
        Each starts a real finding on an instance of the lab. What takes AWS half an hour takes half a minute here.
        Analysis finds recorded evidence of another machine, and says so wherever it is shown.
      </p>
      <ul className="hosts">
        {state.stage.attacks.map((attack) => (
          <li key={attack.id} className="card">
            <div className="row between">
              <h3>{attack.title}</h3>
              <span className={`pill ${attack.severity >= 7 ? 'bad' : 'warn'}`}>severity {attack.severity}</span>
            </div>
            <p>{attack.story}</p>
            <p className="small soft">
              GuardDuty will report <code>{attack.reports}</code>
            </p>
            <button type="button" className="button danger" onClick={() => void launch(attack)}>
              Launch {inSentence(attack.title)}
            </button>
          </li>
        ))}
      </ul>
      <Paste onSaid={onSaid} />
      <Weather weather={state.stage.slackWeather} />
      <section className="card" aria-label="Start over">
        <h3>Start over</h3>
        <p className="soft">Forgets every incident and all evidence of this lab.</p>
        <button
          type="button"
          className="button"
          onClick={() => {
            void reset();
            go({ view: 'attacks', parts: [], thread: undefined });
          }}
        >
          Reset the lab
        </button>
      </section>
    </>
  );
}

function Weather({ weather }: { readonly weather: SlackWeather }) {
  const choices: readonly (readonly [SlackWeather, string])[] = [
    ['well', 'Slack is well'],
    ['down', 'Slack is down'],
    ['limited', 'Slack limits the rate'],
  ];
  return (
    <section className="card" aria-label="Slack's weather">
      <h3>Slack’s weather</h3>
      <p className="soft">An outage delays messages, never containment: switch it on, then launch an attack.</p>
      <div className="row">
        {choices.map(([name, words]) => (
          <button
            key={name}
            type="button"
            className={`button ${weather === name ? 'primary' : ''}`}
            aria-pressed={weather === name}
            onClick={() => void act({ kind: 'slack-weather', weather: name })}
          >
            {words}
          </button>
        ))}
      </div>
    </section>
  );
}

/** `Bitcoin miner` → `bitcoin miner`; abbreviations stay as they are. */
function inSentence(title: string): string {
  return /^[A-Z]{2}/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}

/** Why a pasted text cannot be sent; undefined when it is a JSON object. What it must hold, the lab says. */
export function pasteFault(text: string): string | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return 'That is not JSON: paste the whole EventBridge event.';
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    return 'An EventBridge event is one JSON object with source, account, region and detail: paste all of it.';
  return undefined;
}

function Paste({ onSaid }: { readonly onSaid: (said: string) => void }) {
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();
  const send = async () => {
    const wrong = pasteFault(text);
    setFault(wrong);
    if (wrong !== undefined) return;
    const { ok, said } = await act({ kind: 'finding', event: JSON.parse(text) });
    if (ok) onSaid(said ?? 'Sent as if GuardDuty had reported it.');
    else setFault(said);
  };
  return (
    <section className="card" aria-label="Your own finding">
      <h3>Your own finding</h3>
      <div className="field">
        <label htmlFor="paste">An EventBridge event of GuardDuty, as JSON</label>
        <textarea id="paste" rows={5} value={text} onChange={({ target }) => setText(target.value)} className="mono" />
        {fault && (
          <span className="error" role="alert">
            {fault}
          </span>
        )}
      </div>
      <button type="button" className="button" onClick={() => void send()}>
        Send the finding
      </button>
    </section>
  );
}
