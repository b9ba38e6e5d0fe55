import { useState } from 'react';
import type { ArtefactView, IncidentView } from '../../../page-server/model';
import { go } from '../live/route';
import { ScrollX } from '../parts/scroll-x';
import { bytes } from '../parts/words';
import { sha256, verifyManifest } from './verify';

type Verdict = 'same' | 'differs' | 'gone';

/** The manifest's entries; "Verify" fetches each and computes its SHA-256 here, in the browser. */
export function Artefacts({ incident, file }: { readonly incident: IncidentView; readonly file: string }) {
  const [verdicts, setVerdicts] = useState<Readonly<Record<string, Verdict>>>({});
  const [said, setSaid] = useState<string>();
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    let wrong = 0;
    for (const artefact of incident.artefacts) {
      const verdict = await verifyArtefact(incident.id, artefact);
      if (verdict !== 'same') wrong += 1;
      setVerdicts((before) => ({ ...before, [artefact.path]: verdict }));
    }
    const manifest = await verifySealed(incident.id, incident);
    const count = incident.artefacts.length;
    setSaid(`${count - wrong} of ${count} artefacts are what their hashes say. ${manifest}`);
    setBusy(false);
  };
  if (incident.artefacts.length === 0) return <p className="empty">Nothing has been collected yet.</p>;
  return (
    <>
      <div className="row">
        <button type="button" className="button primary" onClick={() => void verify()} disabled={busy}>
          {busy ? 'Computing hashes …' : 'Verify every hash here'}
        </button>
        <span role="status" className="verdict">
          {said}
        </span>
      </div>
      {file !== '' && <FileCard incident={incident} path={file} />}
      {incident.missing.map(({ what, reason }) => (
        <p key={what} className="notice">
          Missing: {what}. {reason}
        </p>
      ))}
      <ScrollX label="Artefacts" card>
        <table className="files">
          <thead>
            <tr>
              <th scope="col">Artefact</th>
              <th scope="col">SHA-256</th>
              <th scope="col">Size</th>
              <th scope="col">Tool</th>
              <th scope="col">Origin</th>
              <th scope="col">Hash here</th>
            </tr>
          </thead>
          <tbody>
            {incident.artefacts.map((artefact) => (
              <Row key={artefact.path} incident={incident.id} artefact={artefact} verdict={verdicts[artefact.path]} />
            ))}
          </tbody>
        </table>
      </ScrollX>
    </>
  );
}

interface RowProps {
  readonly incident: string;
  readonly artefact: ArtefactView;
  readonly verdict: Verdict | undefined;
}

function Row({ incident, artefact, verdict }: RowProps) {
  const words = { same: 'same', differs: 'differs', gone: 'gone' } as const;
  return (
    <tr>
      <td>
        <button
          type="button"
          className="file-name"
          onClick={() => go({ view: 'evidence', parts: [incident, 'artefacts', ...artefact.path.split('/')] })}
        >
          {artefact.path}
        </button>
      </td>
      <td className="mono hash" title={artefact.sha256}>
        {artefact.sha256.slice(0, 12)}…
      </td>
      <td className="hash">{bytes(artefact.bytes)}</td>
      <td>
        {artefact.tool} {artefact.toolVersion === 'unknown' ? '(version unknown)' : artefact.toolVersion}
      </td>
      <td>
        <span className={`pill ${artefact.origin === 'captured' ? 'good' : 'warn'}`}>{artefact.origin}</span>
      </td>
      <td>{verdict && <span className={`pill ${verdict === 'same' ? 'good' : 'bad'}`}>{words[verdict]}</span>}</td>
    </tr>
  );
}

function FileCard({ incident, path }: { readonly incident: IncidentView; readonly path: string }) {
  const source = `/api/incidents/${incident.id}/files/${path}`;
  return (
    <section className="card" aria-label={path}>
      <div className="row between">
        <h3 className="mono">{path}</h3>
        <span className="row">
          <a href={source} target="_blank" rel="noreferrer">
            Open alone
          </a>
          <button
            type="button"
            className="button small"
            onClick={() => go({ view: 'evidence', parts: [incident.id, 'artefacts'] })}
          >
            Close
          </button>
        </span>
      </div>
      <iframe className="frame" title={path} sandbox="" src={source} />
    </section>
  );
}

async function verifyArtefact(incident: string, artefact: ArtefactView): Promise<Verdict> {
  const path = `/api/incidents/${incident}/files/${artefact.path}?version=${encodeURIComponent(artefact.versionId)}`;
  const answer = await fetch(path);
  if (!answer.ok) return 'gone';
  return (await sha256(await answer.arrayBuffer())) === artefact.sha256 ? 'same' : 'differs';
}

async function verifySealed(id: string, incident: IncidentView): Promise<string> {
  const newest = incident.files.find(({ path }) => path === 'final/manifest.json');
  const path = newest ? 'final/manifest.json' : 'derived/manifest.json';
  const answer = await fetch(`/api/incidents/${id}/files/${path}`);
  if (!answer.ok) return 'There is no signed manifest yet.';
  const { said } = await verifyManifest(await answer.json());
  return said;
}
