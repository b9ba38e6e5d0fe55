import { OUTSIDE_IN_WORDS } from '../../core/incident/outside';
import { code, foreign, join, link, type Mrkdwn, md, time } from './mrkdwn';
import { onGithub } from './outside';
import { everyone, who } from './people';
import { actorName, because, ending, type LineContext, silent, type Tellers } from './tellers';
import { decisionWord, gateQuestion, isOffer, listed, plural, severityWord, voteWord } from './words';

const PURPOSE = { respond: 'Response', release: 'Release', close: 'Closing' } as const;

const asked = (what: Mrkdwn, at: LineContext, reason: string | undefined): Mrkdwn =>
  md`${what} asked by ${actorName(at)}${because(reason)}.`;

/** What people asked, said and decided, and what came in. */
export const TELL_PEOPLE: Tellers<
  | 'IncidentOpened'
  | 'FindingPosted'
  | 'FindingAttached'
  | 'FindingUpdated'
  | 'NoteAdded'
  | 'EstateNoticed'
  | 'IsolationReminded'
  | 'PauseReminded'
  | 'CampaignNoticed'
  | 'GroupedUnder'
  | 'MemberGrouped'
  | 'OwnerSet'
  | 'ChangeAsked'
  | 'ChangeProposed'
  | 'ExportAsked'
  | 'LinksAsked'
  | 'RunRequested'
  | 'RunStarted'
  | 'RunEnded'
  | 'Paused'
  | 'Resumed'
  | 'AbortRequested'
  | 'ReleaseRequested'
  | 'CloseRequested'
  | 'IncidentClosed'
  | 'GateOpened'
  | 'GatePassed'
  | 'GateVoteCast'
  | 'GateDecided'
  | 'GateOutsideAsked'
  | 'GateExpired'
  | 'GateVoided'
  | 'GateReminded'
> = {
  IncidentOpened: (event, at) => {
    const by = at.actor.kind === 'person' ? md` by ${actorName(at)}` : md``;
    const again = event.previous ? md` It came back after ${code(event.previous)}.` : md``;
    const drill = event.drill ? md` This is a drill.` : md``;
    return md`Incident opened${by}${because(event.reason)}.${again}${drill} Playbook ${foreign(event.playbook.name)}, pinned at ${code(event.playbook.digest.slice(0, 12))}.`;
  },
  FindingPosted: (event) => md`Told, not acted on: ${foreign(event.why)}`,
  FindingAttached: ({ finding }) =>
    md`Another finding on this instance: ${severityWord(finding.severity)}, ${code(finding.type)}. ${foreign(finding.title)}`,
  FindingUpdated: (event) => md`Seen again: ×${event.count}, last ${time(event.lastSeen)}.`,
  NoteAdded: (event, at) => md`Note by ${actorName(at)}: ${foreign(event.text, 2000)}`,
  EstateNoticed: (event) => foreign(event.text, 600),
  IsolationReminded: (event, at) => {
    const called = at.shout?.();
    const said = md`*Still isolated* since ${time(event.since)}, and nothing is running: release it, run the response again, or close the incident.`;
    return called ? join([said, called], ' ') : said;
  },
  PauseReminded: (event, at) => {
    const called = at.shout?.();
    const said = md`*Still paused* since ${time(event.since)}: nothing goes on until somebody says ${code('/ir forensics resume')} or ${code('abort')}.`;
    return called ? join([said, called], ' ') : said;
  },
  CampaignNoticed: (event) =>
    md`This looks like the attack of ${code(event.lead)}: ${ending(event.why)}. To work on both under one card, use the card’s button or ${code('/ir group')}.`,
  GroupedUnder: (event, at) => md`Grouped under ${code(event.lead)} by ${actorName(at)}: its card leads.`,
  MemberGrouped: (event, at) =>
    md`${code(event.member)}${event.instance ? md` on ${code(event.instance)}` : md``} is grouped under this incident by ${actorName(at)}.`,
  OwnerSet: (event, at) => md`Owner: ${who(at.names, event.owner)} (set by ${actorName(at)}).`,
  ChangeAsked: (event, at) =>
    md`${actorName(at)} asked to ${event.change} ${code(event.subject)}${because(event.reason)}. A pull request follows; merging deploys it.`,
  ChangeProposed: (event) =>
    md`Proposed to ${event.change} ${code(event.subject)}: ${link(event.url, 'pull request')}.`,
  ExportAsked: (event, at) => md`${actorName(at)} asked for the ${event.what} as a file.`,
  LinksAsked: (event, at) =>
    md`${actorName(at)} was sent links to ${plural(event.paths.length, 'artefact')}: ${code(listed(event.paths), 600)}.`,
  RunRequested: (event) => md`${PURPOSE[event.purpose]} started (run ${event.run}).`,
  RunStarted: silent,
  RunEnded: (event) =>
    event.result === 'completed'
      ? md`Run ${event.run} is over.`
      : md`Run ${event.run} ${event.result}${because(event.cause)}.${event.result === 'failed' ? ' Nothing was undone. Start the response again, release or close: each removes what this run left.' : ''}`,
  Paused: (event, at) =>
    md`*Paused* by ${actorName(at)}${because(event.reason)}. The running step finishes; the next gate holds.`,
  Resumed: (event, at) => md`*Resumed* by ${actorName(at)}${because(event.reason)}.`,
  AbortRequested: (event, at) =>
    md`${asked(md`*Abort*`, at, event.reason)} Clean-up follows; evidence and isolation stay.`,
  ReleaseRequested: (event, at) => asked(md`*Release*`, at, event.reason),
  CloseRequested: (event, at) => asked(md`*Close* as ${event.as.replaceAll('-', ' ')}`, at, event.reason),
  IncidentClosed: (event) => md`*Closed* as ${event.as.replaceAll('-', ' ')}${because(event.reason)}.`,
  GateOpened: silent,
  GatePassed: silent,
  GateVoteCast: (event, at) =>
    md`${gateQuestion(event.gate)} ${who(at.names, event.person)} ${voteWord(event.decision)}${because(event.reason)}.`,
  GateDecided: (event, at) => {
    const decided = md`${gateQuestion(event.gate)} *${decisionWord(event.decision)}*`;
    const by = event.by.length > 0 ? md` by ${everyone(at.names, event.by)}` : md``;
    const outside = event.outside ? onGithub(event.outside, event.by.length > 0) : md``;
    return md`${decided}${by}${outside}${because(event.reason)}.`;
  },
  GateOutsideAsked: (event, at) =>
    md`${gateQuestion(event.gate)} Agreed here by ${everyone(at.names, event.by)}. Nothing is done yet: it waits for ${OUTSIDE_IN_WORDS}.`,
  GateExpired: (event) => {
    if (event.outside !== undefined)
      return md`${gateQuestion(event.gate)} *Expired*: agreed here, but not approved by ${OUTSIDE_IN_WORDS} in time. Everything stays as it is.`;
    return event.why === undefined
      ? md`${gateQuestion(event.gate)} *Expired* with ${event.votes} of ${event.quorum} approvals: everything stays as it is.`
      : md`${gateQuestion(event.gate)} *Lapsed*: ${ending(event.why)}. Everything stays as it is.`;
  },
  GateVoided: (event) => md`${gateQuestion(event.gate)} Void: ${ending(event.why)}.`,
  GateReminded: (event, at) => {
    if (isOffer(event.gate))
      return md`Still open: ${gateQuestion(event.gate)} Nothing waits for it; it lapses when the report is in or late.`;
    const called = at.call?.(event.escalatedTo) ?? at.ask?.(event.gate, event.opening);
    const waiting = md`Still waiting for an answer: ${gateQuestion(event.gate)}`;
    return called ? join([waiting, called], ' ') : waiting;
  },
};
