import { useEffect, useState } from 'react';
import type { IncidentView } from '../../../page-server/model';
import { useJson } from '../live/api';
import { ScrollX } from '../parts/scroll-x';
import { timeOf } from '../parts/words';
import { type ChainVerdict, type LedgerRow, verifyLedger } from './verify';

/** The append-only record, its chain computed again here whenever a row is added. */
export function LedgerTable({ incident }: { readonly incident: IncidentView }) {
  const rows = useJson<readonly LedgerRow[]>(`/api/incidents/${incident.id}/ledger`, incident.rows);
  const [verdict, setVerdict] = useState<ChainVerdict>();
  useEffect(() => {
    if (rows) void verifyLedger(rows).then(setVerdict);
  }, [rows]);
  return (
    <>
      <p role="status" className="row verdict">
        {verdict && <span className={`pill ${verdict.ok ? 'good' : 'bad'}`}>{verdict.ok ? 'unbroken' : 'broken'}</span>}
        {verdict?.said ?? 'Computing …'}
      </p>
      <ScrollX label="Ledger" card>
        <table className="chain">
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">Time</th>
              <th scope="col">Who</th>
              <th scope="col">Events</th>
              <th scope="col">Hash</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {rows?.map((row) => (
              <tr key={row.seq}>
                <td>{row.seq}</td>
                <td>{timeOf(row.at)}</td>
                <td>{row.actor.person ?? row.actor.part}</td>
                <td>{row.events.map(({ type }) => type).join(', ')}</td>
                <td title={row.hash}>{row.hash.slice(0, 10)}…</td>
                <td title={row.prevHash}>{row.prevHash.slice(0, 10)}…</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </>
  );
}
