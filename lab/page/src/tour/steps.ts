import type { IncidentView, PageState } from '../../../page-server/model';
import type { RouteChange } from '../live/route-text';

/** The tour's own attack: another instance than the one that is played when the lab starts. */
export const TOUR_ATTACK = 'dns-exfiltration';

export interface TourAction {
  readonly label: string;
  readonly does: 'attack' | 'ahead' | 'go';
  readonly change?: RouteChange;
  /** What follows is done in Slack: where only one view fits the screen, that is the one. */
  readonly inSlack?: true;
}

export interface TourStep {
  readonly title: string;
  readonly says: string;
  readonly view: RouteChange;
  readonly actions: readonly TourAction[];
  readonly done: (incident: IncidentView | undefined, state: PageState) => boolean;
}

const CAROL = 'U0CAROL01';
const DAVE = 'U0DAVE001';
const AHEAD: TourAction = { label: 'Skip ahead', does: 'ahead' };
const asks = (incident: IncidentView | undefined, gate: string): boolean =>
  incident?.gates.some(({ name }) => name === gate) ?? false;
const as = (label: string, person: string): TourAction => ({
  label,
  does: 'go',
  change: { as: person },
  inSlack: true,
});

/** From attack to closed incident in seven steps. */
export const STEPS: readonly TourStep[] = [
  {
    title: 'An instance is attacked',
    says: 'Files are leaving a web server in the labels of DNS queries. GuardDuty will report it, and a card will appear in Slack.',
    view: { view: 'attacks', parts: [] },
    actions: [{ label: 'Launch the attack', does: 'attack' }],
    done: (incident) => incident !== undefined,
  },
  {
    title: 'Cut off, but not switched off',
    says: 'Within seconds the instance leaves its Auto Scaling group (which heals) and its interfaces carry only the isolation group. Memory and disks stay as they were: they are evidence.',
    view: { view: 'estate', parts: [] },
    actions: [],
    done: (incident) => incident?.isolated ?? false,
  },
  {
    title: 'A question for a person',
    says: 'The role’s sessions may be stolen, so Cordon asks before revoking them. Be Carol, an approver, press Approve in the thread, and give a reason.',
    view: { view: 'workflow', parts: [] },
    actions: [as('Be Carol', CAROL), AHEAD],
    done: (incident) => incident?.isolated === true && !asks(incident, 'revoke') && incident.rows > 16,
  },
  {
    title: 'Nothing is a black box',
    says: 'This is the state machine, drawn from its own definition. Press “Isolate the instance”: input, output, every AWS call, and the IAM statement that allowed it.',
    view: { view: 'workflow', parts: [] },
    actions: [{ label: 'Open it for me', does: 'go', change: { parts: ['', 'Isolate the instance'] } }],
    done: () => decodeURIComponent(window.location.hash).includes('Isolate the instance'),
  },
  {
    title: 'Evidence that proves itself',
    says: 'Memory, volatile state and disks are collected, analysed in quarantine and sealed with a signature. Skip ahead until it is sealed, then let your browser compute every hash again.',
    view: { view: 'evidence', parts: [] },
    actions: [AHEAD],
    done: (incident) => (incident?.seals.length ?? 0) > 0 && asks(incident, 'stop'),
  },
  {
    title: 'Four eyes to stop it',
    says: 'Stopping loses memory for good, so two different approvers must say yes, each with a reason and the last four characters of the instance’s id. Be Carol and approve; then be Dave and approve.',
    view: { view: 'workflow', parts: [] },
    actions: [as('Be Carol', CAROL), as('Be Dave', DAVE), AHEAD],
    done: (incident) => incident?.status === 'closed',
  },
  {
    title: 'Closed, with a record',
    says: 'The forensic instance is gone, the final seal covers every approval, and a pull request holds the record. The ledger below chains it all.',
    view: { view: 'evidence', parts: ['', 'ledger'] },
    actions: [{ label: 'See the pull request', does: 'go', change: { view: 'github', parts: [] } }],
    done: (incident) => incident?.status === 'closed',
  },
];

/** The incident of the tour: the newest of the tour's attack. */
export function tourIncident(state: PageState): IncidentView | undefined {
  const type = state.stage.attacks.find(({ id }) => id === TOUR_ATTACK)?.reports;
  return Object.values(state.incidents)
    .filter((incident) => incident.type === type && incident.id.startsWith('IR-'))
    .sort((a, b) => a.openedAt.localeCompare(b.openedAt))
    .at(-1);
}
