import type { Config } from '../core/config';
import { describeError, NeedsHuman, Refusal } from '../core/errors';
import { commitTo } from '../core/incident/commit';
import type { FindingRef } from '../core/incident/events';
import { admitPlace, parseFindingEvent, type ReceivedFinding, readFinding } from '../core/incident/finding';
import { factsOf } from '../core/incident/finding-facts';
import { commandId, type IncidentId, incidentId, noticeId, sha256 } from '../core/incident/ids';
import type { Incident } from '../core/incident/incident';
import { canonicalJson } from '../core/incident/ledger-row';
import { type OpeningPorts, openOrJoin } from '../core/incident/open-or-join';
import { matchPlaybook } from '../core/playbook/match';
import type { Playbook, RespondPlaybook } from '../core/playbook/schema';
import type { Rulebook } from '../core/policy/rulebook';
import type { Blobs } from '../core/ports/blobs';
import type { FindingIndex } from '../core/ports/claims';
import type { Findings } from '../core/ports/findings';
import type { RefusedEvents } from '../core/ports/refused-events';
import { clampText, plainText } from '../core/text';
import { logLine } from './entry';

export interface IntakePorts extends OpeningPorts {
  readonly findings: Findings;
  readonly index: FindingIndex;
  readonly blobs: Blobs;
  readonly refused: RefusedEvents;
  readonly rulebook: Rulebook;
  readonly config: Pick<Config, 'HOME_ACCOUNT' | 'HOME_REGION' | 'ADMIN_PAIRS' | 'SLACK_CHANNEL' | 'DETECTOR_ID'>;
}

export interface IntakeOutcome {
  readonly outcome: 'opened' | 'attached' | 'updated' | 'posted' | 'ignored' | 'refused';
  readonly reason: string;
  readonly incident?: IncidentId;
}

const SYSTEM = { kind: 'system', part: 'intake' } as const;
const MAX_TITLE = 300;

/**
 * Takes one EventBridge event: opens an incident, adds to one, posts a notice, or ignores it. Deliveries repeat and come
 * out of order; the same one again changes nothing. What nobody may act on is set aside with its reason and never retried.
 */
export function makeIntake(ports: IntakePorts): (event: unknown) => Promise<IntakeOutcome> {
  return async (event) => {
    try {
      return await take(ports, event);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await ports.refused.setAside(event, error.code, error.message);
      return { outcome: 'refused', reason: error.message };
    }
  };
}

async function take(ports: IntakePorts, event: unknown): Promise<IntakeOutcome> {
  const { finding: told, envelope } = parseFindingEvent(event);
  const home = { account: ports.config.HOME_ACCOUNT, pairs: ports.config.ADMIN_PAIRS };
  admitPlace(told, envelope, home);
  if (told.region !== ports.config.HOME_REGION) return post(ports, told, elsewhere(ports.config.HOME_REGION));
  const known = await knownTo(ports, told, envelope.time);
  if (typeof known === 'string') return post(ports, told, `${known}: it is unverified, so nothing was contained.`);
  const finding = newest(told, known);
  const standing = await alreadyOpen(ports, finding);
  if (standing !== undefined) return add(ports, standing, finding);
  const playbook = matchPlaybook(ports.rulebook.playbooks, { ...finding, drill: false });
  if (playbook?.action === 'ignore') return { outcome: 'ignored', reason: `${playbook.name}: ${playbook.title}.` };
  if (playbook === undefined) return post(ports, finding, 'No playbook matches this finding.');
  if (playbook.action === 'post') return post(ports, finding, whyPosted(playbook, finding));
  if (finding.instance === undefined) return post(ports, finding, 'It names no instance to contain.');
  return respond(ports, finding, finding.instance, playbook);
}

/** EventBridge brings findings of other regions where somebody forwards them; keys, evidence and quarantine are in one. */
function elsewhere(region: string): string {
  return `This Cordon acts in ${region} alone, so nothing was contained: respond by hand, or deploy one there.`;
}

const UNKNOWN = 'GuardDuty does not know this finding';

/**
 * What GuardDuty itself says, when it says the same thing: another account, type or instance is another finding. A sentence
 * where it says nothing: a finding that cannot be asked about (no permission, an answer nobody can read) is told all the same.
 */
async function knownTo(ports: IntakePorts, told: ReceivedFinding, time: string): Promise<ReceivedFinding | string> {
  const detector = ports.config.DETECTOR_ID ?? told.detectorId;
  if (detector === undefined) return UNKNOWN;
  try {
    const body = await ports.findings.find(detector, told.id, told.account, told.region);
    if (body === undefined) return UNKNOWN;
    const known = readFinding(body, time);
    const same = known.type === told.type && known.account === told.account && known.instance === told.instance;
    return same ? known : UNKNOWN;
  } catch (error) {
    if (!(error instanceof NeedsHuman)) throw error;
    logLine({ level: 'error', finding: told.id, error: describeError(error) });
    return 'GuardDuty could not be asked about this finding';
  }
}

/** The event may be older or newer than what GuardDuty answers; archiving and severity are GuardDuty's to say. */
function newest(told: ReceivedFinding, known: ReceivedFinding): ReceivedFinding {
  return {
    ...told,
    severity: known.severity,
    archived: known.archived || told.archived,
    sample: known.sample || told.sample,
    count: Math.max(told.count, known.count),
    lastSeen: Date.parse(told.lastSeen) < Date.parse(known.lastSeen) ? known.lastSeen : told.lastSeen,
  };
}

function whyPosted(playbook: Playbook, finding: ReceivedFinding): string {
  if (finding.sample) return `It is a sample of GuardDuty (playbook ${playbook.name}).`;
  return `Playbook ${playbook.name}: ${playbook.title.toLowerCase()} (severity ${finding.severity}).`;
}

/** The ledger this very finding went to before, if that incident is still open: then it is only news of it. */
async function alreadyOpen(ports: IntakePorts, finding: ReceivedFinding): Promise<IncidentId | undefined> {
  const incident = await ports.index.find(finding.id);
  return incident?.startsWith('IR-') === true ? incident : undefined;
}

async function add(ports: IntakePorts, incident: IncidentId, finding: ReceivedFinding): Promise<IntakeOutcome> {
  const ref = await refOf(ports, incident, finding);
  const key = commandId(`finding:${finding.id}:${finding.count}:${finding.lastSeen}`);
  try {
    const done = await commitTo(ports.ledger, ports.clock, incident, { type: 'AddFinding', finding: ref }, SYSTEM, key);
    if (done.status !== 'committed') return { outcome: 'ignored', reason: 'It tells nothing new.', incident };
    const attached = done.commit.events.some((event) => event.type === 'FindingAttached');
    if (attached) await ports.index.put(finding.id, incident);
    return attached
      ? { outcome: 'attached', reason: `${incident} is open on ${finding.instance ?? 'the instance'}.`, incident }
      : { outcome: 'updated', reason: `Seen ${finding.count} times by now.`, incident };
  } catch (error) {
    const closedMeanwhile = error instanceof Refusal && error.code === 'incident.closed';
    if (!closedMeanwhile || finding.instance === undefined) throw error;
    return afterClose(ports, finding, finding.instance);
  }
}

/** The incident of this finding was closed: activity after that is a recurrence, a late delivery is not. */
async function afterClose(
  ports: IntakePorts,
  finding: ReceivedFinding,
  instance: NonNullable<ReceivedFinding['instance']>,
): Promise<IntakeOutcome> {
  const playbook = matchPlaybook(ports.rulebook.playbooks, { ...finding, drill: false });
  if (playbook?.action !== 'respond')
    return { outcome: 'ignored', reason: 'Its incident is closed and it asks for nothing.' };
  return respond(ports, finding, instance, playbook);
}

async function respond(
  ports: IntakePorts,
  finding: ReceivedFinding,
  instance: NonNullable<ReceivedFinding['instance']>,
  playbook: RespondPlaybook,
): Promise<IntakeOutcome> {
  const place = { account: finding.account, region: finding.region, instance };
  // Written before the claim decides which incident it is, so that an opening row never points at nothing; written again
  // below where the claim decided otherwise.
  const claim = await ports.claims.find(place);
  const ref = await refOf(ports, claim?.incident ?? incidentId(place, 1), finding);
  const { instanceName } = finding;
  const opening = {
    channel: ports.config.SLACK_CHANNEL,
    playbook: playbook.pin,
    finding: ref,
    start: true,
    ...(instanceName === undefined ? {} : { instanceName: clampText(plainText(instanceName), MAX_TITLE) }),
  };
  const key = commandId(`open:${finding.id}:${finding.count}:${finding.lastSeen}`);
  const recurs = (closed: Incident) => isRecurrence(closed, finding);
  const opened = await openOrJoin(ports, place, opening, SYSTEM, key, recurs);
  const incident = opened.incident.id;
  if (opened.status === 'left')
    return { outcome: 'ignored', reason: `${incident} is closed, and this tells of the time before.`, incident };
  if (opened.status === 'joined') return add(ports, incident, finding);
  await refOf(ports, incident, finding);
  await ports.index.put(finding.id, incident);
  return { outcome: 'opened', reason: `Playbook ${playbook.name}: ${playbook.title.toLowerCase()}.`, incident };
}

/** A finding the closed incident knew recurs only with activity after the close; another finding always does. */
function isRecurrence(closed: Incident, finding: ReceivedFinding): boolean {
  const knew = closed.findings.some((other) => other.id === finding.id);
  return !knew || Date.parse(finding.lastSeen) > Date.parse(closed.closed?.at ?? closed.updatedAt);
}

async function post(ports: IntakePorts, finding: ReceivedFinding, why: string): Promise<IntakeOutcome> {
  const notice = noticeId(finding.id, finding.account, finding.region);
  const { account, region, instance } = finding;
  const ref = await refOf(ports, notice, finding);
  const place = { account, region, ...(instance === undefined ? {} : { instance }) };
  const command = { type: 'Post', ...place, channel: ports.config.SLACK_CHANNEL, finding: ref, why } as const;
  const key = commandId(`post:${finding.id}:${finding.count}:${finding.lastSeen}`);
  const done = await commitTo(ports.ledger, ports.clock, notice, command, SYSTEM, key);
  await ports.index.put(finding.id, notice);
  if (done.status !== 'committed') return { outcome: 'ignored', reason: 'It was posted already.', incident: notice };
  return { outcome: 'posted', reason: why, incident: notice };
}

/** What the ledger keeps of a finding; the whole of it goes to the evidence bucket under its digest. */
async function refOf(ports: IntakePorts, incident: IncidentId, finding: ReceivedFinding): Promise<FindingRef> {
  await ports.blobs.put(incident, finding.detail);
  return {
    id: finding.id,
    type: clampText(plainText(finding.type), MAX_TITLE),
    title: clampText(plainText(finding.title), MAX_TITLE),
    severity: finding.severity,
    count: finding.count,
    firstSeen: finding.firstSeen,
    lastSeen: finding.lastSeen,
    digest: sha256(canonicalJson(finding.detail)),
    facts: factsOf(finding.detail),
  };
}
