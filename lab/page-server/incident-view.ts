import type { Incident } from '../../core/incident/incident';
import { awaitsOutside, pendingGates } from '../../core/incident/incident';
import { OUTSIDE_IN_WORDS } from '../../core/incident/outside';
import type { Policy } from '../../core/policy/schema';
import type { FileView, GateSummary, IncidentView, WaitSummary } from './model';

export interface IncidentSurroundings {
  readonly policy: Policy;
  readonly files: readonly FileView[];
  readonly waits: readonly WaitSummary[];
}

/** An incident folded from its ledger, in the words of the page. */
export function incidentView(incident: Incident, { policy, files, waits }: IncidentSurroundings): IncidentView {
  const finding = incident.findings[0];
  const { report } = incident;
  return {
    id: incident.id,
    title: finding?.title ?? incident.openReason ?? incident.postedWhy ?? incident.id,
    type: finding?.type ?? '',
    severity: finding?.severity ?? 0,
    count: finding?.count ?? 0,
    status: incident.status,
    account: incident.account,
    region: incident.region,
    openedAt: incident.openedAt,
    updatedAt: incident.updatedAt,
    paused: incident.paused !== undefined,
    isolated: incident.containment.isolated !== undefined && incident.released === undefined,
    rows: incident.seq,
    head: incident.headHash,
    gates: pendingGates(incident).map((gate) => gateSummary(gate, policy)),
    waits,
    artefacts: incident.artefacts,
    missing: incident.missing,
    seals: incident.seals.map(({ kind, head, at }) => ({ kind, head, at })),
    files,
    ...(incident.closed === undefined ? {} : { closedAs: incident.closed.as }),
    ...(incident.instance === undefined ? {} : { instance: incident.instance }),
    ...(incident.instanceName === undefined ? {} : { instanceName: incident.instanceName }),
    ...(report === undefined
      ? {}
      : {
          report: { state: report.state, ...(report.verdict === undefined ? {} : { verdict: report.verdict }) },
        }),
  };
}

function gateSummary(gate: ReturnType<typeof pendingGates>[number], policy: Policy): GateSummary {
  const voted = new Set<string>(gate.votes.map(({ person }) => person));
  const { rule } = gate;
  const eligible = (policy.roles[rule.role]?.persons ?? []).filter(
    (person) => !voted.has(person) && !(rule.excludeRequester && gate.requester === person),
  );
  return {
    name: gate.name,
    state: gate.state,
    role: rule.role,
    waitsFor: eligible.map((person) => policy.persons[person]?.name ?? person),
    quorum: rule.quorum,
    votes: gate.votes.map(({ person, decision }) => ({ person: policy.persons[person]?.name ?? person, decision })),
    expiresAt: gate.expiresAt,
    ...(awaitsOutside(gate) ? { outside: OUTSIDE_IN_WORDS } : {}),
  };
}
