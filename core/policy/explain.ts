import type { ReceivedFinding } from '../incident/finding';
import type { PersonKey } from '../incident/ids';
import { matchPlaybook } from '../playbook/match';
import type { Playbook } from '../playbook/schema';
import { authorize, type GroupMembers, personsIn, rolesOf } from './authorize';
import { GATE_RULE_NAMES } from './gate-rule-names';
import type { Rulebook } from './rulebook';

export interface GateExplanation {
  readonly gate: string;
  readonly mode: 'auto' | 'ask';
  readonly quorum: number;
  readonly role: string;
  readonly could: readonly PersonKey[];
  readonly expiresMinutes: number;
  /** Whether the person asked about may answer it, and why. */
  readonly you: { readonly allowed: boolean; readonly why: string };
}

export interface Explanation {
  readonly playbook: string;
  readonly action: Playbook['action'] | 'post';
  readonly why: string;
  readonly roles: readonly string[];
  readonly gates: readonly GateExplanation[];
}

/** What would be done about a finding, who could decide at each gate, and whether `person` is one of them. Pure. */
export function explain(
  rulebook: Rulebook,
  finding: Pick<ReceivedFinding, 'type' | 'severity' | 'sample' | 'archived' | 'instance'>,
  person: PersonKey,
  members: GroupMembers = {},
): Explanation {
  const playbook = matchPlaybook(rulebook.playbooks, { ...finding, drill: false });
  const roles = rolesOf(rulebook.policy, person, members);
  if (playbook === undefined)
    return { playbook: 'none', action: 'post', why: 'no playbook matches, so it is only posted', roles, gates: [] };
  if (playbook.action === 'respond' && finding.instance === undefined)
    return { playbook: playbook.name, action: 'post', why: 'it names no instance to contain', roles, gates: [] };
  const gates = playbook.action === 'respond' ? gatesOf(rulebook, playbook, person, members) : [];
  return { playbook: playbook.name, action: playbook.action, why: playbook.title, roles, gates };
}

function gatesOf(
  rulebook: Rulebook,
  playbook: Extract<Playbook, { readonly action: 'respond' }>,
  person: PersonKey,
  members: GroupMembers,
): readonly GateExplanation[] {
  return GATE_RULE_NAMES.flatMap((gate) => {
    const rule = playbook.pin.gates[gate];
    if (rule === undefined) return [];
    const { allowed, why } = authorize(rulebook.policy, person, `gate ${gate}`, members);
    const { mode, quorum, role, expiresMinutes } = rule;
    const could = personsIn(rulebook.policy, role, members);
    return [{ gate, mode, quorum, role, expiresMinutes, could, you: { allowed, why } }];
  });
}
