import type { Incident } from '../../core/incident/incident';
import type { ListedIncident } from '../../core/ports/incident-list';
import { bytesInWords } from '../../core/text';
import { section } from './blocks';
import { code, foreign, join, type Mrkdwn, md, time } from './mrkdwn';
import { type Rendered, render } from './render';
import { answer } from './replies';
import { originInWords, plural, severityWord } from './words';

/** One open incident in one line. */
export function listLine(row: ListedIncident): Mrkdwn {
  const severity = row.severity > 0 ? md`${severityWord(row.severity)} · ` : md``;
  const left = row.leftIsolated ? md` · *still isolated, nothing runs*` : md``;
  return md`${code(row.incident)} ${severity}${foreign(row.title, 120)} · ${code(row.instance ?? 'no instance')} in ${code(row.account)}, ${code(row.region)} · ${foreign(row.status, 80)} · since ${time(row.openedAt)}${left}`;
}

/** Open incidents and instances still isolated. */
export function incidentList(rows: readonly ListedIncident[]): Rendered {
  if (rows.length === 0) return answer([md`No incident is open, and no instance is left isolated.`]);
  return render(
    `${plural(rows.length, 'incident')} open.`,
    rows.slice(0, 40).map((row) => section(listLine(row))),
  );
}

/** Whole lines of a sealed artefact list; the rest is counted. */
const SHOWN_ARTEFACTS = 20;

/** The artefacts under custody, with hash, size, tool and where they come from. */
export function evidenceList(incident: Incident): Rendered {
  const { artefacts } = incident;
  if (artefacts.length === 0) return answer([md`No evidence is kept yet in ${code(incident.id)}.`]);
  const lines = artefacts
    .slice(0, SHOWN_ARTEFACTS)
    .map(
      (a) =>
        md`${code(a.path, 100)} ${bytesInWords(a.bytes)} · sha256 ${code(a.sha256.slice(0, 16))}… · ${foreign(a.tool, 40)}${a.origin === 'captured' ? md`` : md` · *${a.origin}*`}`,
    );
  const left = artefacts.length - lines.length;
  const seal = incident.seals.at(-1);
  const origin = originInWords(new Set(artefacts.map((artefact) => artefact.origin)));
  return answer([
    md`${plural(artefacts.length, 'artefact')} in ${code(incident.id)}${seal ? md`, sealed with head ${code(seal.head)}` : md`, not sealed yet`}.`,
    join(lines),
    ...(left > 0 ? [md`and ${left} more; the manifest lists them all.`] : []),
    ...(incident.missing.length > 0
      ? [join(incident.missing.slice(0, 10).map((gap) => md`Missing: ${foreign(gap.what)} (${foreign(gap.reason)})`))]
      : []),
    ...(origin ? [md`*${origin}*`] : []),
  ]);
}
