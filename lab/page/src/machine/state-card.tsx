import type { RunView, StateDetail, StateVisit } from '../../../page-server/model';
import { useJson } from '../live/api';
import { go } from '../live/route';
import { ScrollX } from '../parts/scroll-x';
import { pretty, timeOf } from '../parts/words';
import { parseMrkdwn } from '../slack/mrkdwn';
import { Nodes } from '../slack/text-block';

interface StateCardProps {
  readonly run: RunView;
  readonly box: string;
  /** Changes when there is something new. */
  readonly calls: string;
}

/** One opened box: what went in and came out, every call with the verdict of IAM, and what a person would do. */
export function StateCard({ run, box, calls }: StateCardProps) {
  const path = `/api/runs/${encodeURIComponent(run.name)}/states/${encodeURIComponent(box)}`;
  const detail = useJson<StateDetail>(path, calls);
  return (
    <section className="card" aria-label={box} aria-live="polite">
      <div className="row between">
        <h3>{box}</h3>
        <button type="button" className="button small" onClick={() => go({ parts: [run.incident] })}>
          Close
        </button>
      </div>
      {detail?.runbook && (
        <details open>
          <summary>What the runbook says</summary>
          <p className="mrkdwn">
            <Nodes nodes={parseMrkdwn(detail.runbook.replaceAll(/\s*\n(?!\s*[-\n])/g, ' '))} />
          </p>
        </details>
      )}
      {detail?.visits.length === 0 && <p className="soft">Not entered yet.</p>}
      {detail?.visits.slice(-4).map((visit) => (
        <Visit key={`${visit.enteredAt} ${visit.state}`} visit={visit} />
      ))}
    </section>
  );
}

function Visit({ visit }: { readonly visit: StateVisit }) {
  return (
    <div className="detail-grid">
      <p className="row">
        <strong>{visit.state}</strong>
        <span className="soft small">
          {timeOf(visit.enteredAt)} to {visit.exitedAt ? timeOf(visit.exitedAt) : 'now'}
        </span>
      </p>
      {visit.errors.map((error) => (
        <p key={error} className="notice">
          {error}
        </p>
      ))}
      <div className="input-output">
        <Data title="Input" text={visit.input} />
        {visit.output !== undefined && <Data title="Output" text={visit.output} />}
      </div>
      {visit.calls.length > 0 && <Calls visit={visit} />}
    </div>
  );
}

function Data({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <details>
      <summary>{title}</summary>
      <pre>{pretty(text)}</pre>
    </details>
  );
}

function Calls({ visit }: { readonly visit: StateVisit }) {
  return (
    <ScrollX label={`Calls of ${visit.state}`}>
      <table className="calls">
        <caption className="sr">Calls made by {visit.state}</caption>
        <thead>
          <tr>
            <th scope="col">Call</th>
            <th scope="col">IAM</th>
            <th scope="col">Outcome</th>
            <th scope="col">Statement that decided</th>
          </tr>
        </thead>
        <tbody>
          {visit.calls.map((call) => (
            <tr key={call.seq}>
              <td title={call.resources.join('\n')}>
                {call.service} <strong>{call.operation}</strong>
              </td>
              <td>
                <span className={`pill ${call.allowed ? 'good' : 'bad'}`}>{call.allowed ? 'allowed' : 'denied'}</span>
              </td>
              <td>{call.outcome}</td>
              <td className="mono" title={call.statement}>
                {shortStatement(call.statement)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

/** `PolicyName123/ReadLedger, PolicyName123/KeepEvidence` → `ReadLedger, KeepEvidence`: whose policy it is, the function's name says. */
function shortStatement(statement: string): string {
  return statement
    .split(', ')
    .map((one) => one.slice(one.indexOf('/') + 1))
    .join(', ');
}
