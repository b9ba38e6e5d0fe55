import type { IncidentView, PageState } from '../../../page-server/model';
import { useRoute } from '../live/route';
import { Artefacts } from './artefacts';
import { LedgerTable } from './ledger-table';

const SECTIONS = ['artefacts', 'ledger', 'report'] as const;

interface EvidenceProps {
  readonly state: PageState;
  readonly incident: IncidentView | undefined;
}

/** What is kept of an incident: artefacts with their hashes, the ledger with its chain, the report. */
export function EvidencePane({ state, incident }: EvidenceProps) {
  const { route, go } = useRoute();
  if (incident === undefined) return <p className="empty">There is no incident yet, so there is no evidence.</p>;
  const section = SECTIONS.find((name) => name === route.parts[1]) ?? 'artefacts';
  const file = route.parts.slice(2).join('/');
  const origins = new Set(incident.artefacts.map(({ origin }) => origin));
  const seal = incident.seals.at(-1);
  return (
    <>
      <div className="row between">
        <h2>Evidence of {incident.id}</h2>
        <span className={`pill ${seal ? 'good' : 'info'}`}>
          {seal
            ? `${seal.kind === 'final' ? 'finally sealed' : 'sealed'}: ${seal.head.slice(0, 12)}…`
            : 'not sealed yet'}
        </span>
      </div>
      {origins.has('recorded') && (
        <p className="notice">
          Recorded evidence of another machine: the lab plays tool output that was recorded elsewhere. Each artefact
          says its origin.
        </p>
      )}
      <nav className="row" aria-label="Evidence">
        {SECTIONS.map((name) => (
          <button
            key={name}
            type="button"
            className={`button ${name === section ? 'primary' : ''}`}
            aria-pressed={name === section}
            onClick={() => go({ view: 'evidence', parts: [incident.id, name] })}
          >
            {name === 'artefacts'
              ? `Artefacts (${incident.artefacts.length})`
              : name === 'ledger'
                ? `Ledger (${incident.rows} rows)`
                : 'Report'}
          </button>
        ))}
      </nav>
      {section === 'artefacts' && <Artefacts key={incident.id} incident={incident} file={file} />}
      {section === 'ledger' && <LedgerTable incident={incident} />}
      {section === 'report' && <Report state={state} incident={incident} />}
    </>
  );
}

/** The report as GitHub attached it to the thread. */
function Report({ state, incident }: { readonly state: PageState; readonly incident: IncidentView }) {
  const report = Object.values(state.slack.messages)
    .flatMap(({ files }) => files)
    .findLast(({ name }) => name.endsWith('.html') && name.includes(incident.id));
  if (report === undefined) {
    return (
      <p className="empty">
        {incident.report === undefined
          ? 'The report is asked for when the evidence is sealed.'
          : `Report: ${incident.report.state}. GitHub builds it from the sealed results and attaches it to the thread.`}
      </p>
    );
  }
  const source = `/api/slack-files/${report.id}`;
  return (
    <>
      <div className="row between">
        <span className="mono">{report.name}</span>
        <a href={source} target="_blank" rel="noreferrer">
          Open alone
        </a>
      </div>
      <iframe className="frame" title="Analysis report" sandbox="" src={source} />
    </>
  );
}
