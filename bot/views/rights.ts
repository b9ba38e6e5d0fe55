import type { GateRule } from '../../core/incident/events';
import type { PersonKey } from '../../core/incident/ids';
import { awaitsOutside, type GateView, type Incident } from '../../core/incident/incident';
import { OUTSIDE_IN_WORDS } from '../../core/incident/outside';
import { authorize, type GroupMembers, personsIn, rolesOf } from '../../core/policy/authorize';
import type { Policy } from '../../core/policy/schema';
import { COMMAND_ROWS } from '../commands/table';
import { code, foreign, join, type Mrkdwn, md } from './mrkdwn';
import type { Rendered } from './render';
import { answer } from './replies';
import { gateQuestion, listed, plural } from './words';

/** Who someone is here, and what policy lets that person do. */
export function whoami(policy: Policy, user: string, person: PersonKey | undefined, members: GroupMembers): Rendered {
  if (person === undefined) {
    return answer([
      md`Your account ${code(user)} belongs to nobody in policy.yaml, so you may do nothing here.`,
      md`Ask for a pull request that adds you to ${code('runbooks/policy.yaml')}.`,
    ]);
  }
  const roles = rolesOf(policy, person, members);
  const allowed = (action: string) => authorize(policy, person, action, members).allowed;
  const gates = Object.keys(policy.gates).filter((gate) => allowed(`gate ${gate}`));
  // `stop`, `revoke` and `nacl` answer the gate of their name: the verb alone is worth nothing.
  const answers = (path: string) => !Object.hasOwn(policy.gates, path) || gates.includes(path);
  const may = COMMAND_ROWS.map((row) => row.path).filter((path) => allowed(path) && answers(path));
  return answer([
    md`You are *${policy.persons[person]?.name ?? person}* (${code(person)}), ${roles.length > 0 ? listed(roles) : 'without a role'}.`,
    md`You may: ${code(may.join(', ') || 'nothing', 600)}`,
    gates.length > 0 ? md`You may answer the gates: ${code(gates.join(', '), 200)}` : md`You may answer no gate.`,
  ]);
}

function ruleWords(gate: string, rule: GateWords, policy: Policy, members: GroupMembers): Mrkdwn {
  const persons = personsIn(policy, rule.role, members).map((person) => policy.persons[person]?.name ?? person);
  const extras = [
    rule.excludeRequester ? 'not the one who asked' : '',
    rule.reasonRequired ? 'a reason' : '',
    rule.typedConfirmation ? 'the id’s last four typed' : '',
    rule.outside ? `then ${OUTSIDE_IN_WORDS}` : '',
    rule.escalateTo ? `escalates to ${rule.escalateTo}` : '',
  ].filter((word) => word !== '');
  const more = extras.length > 0 ? `; ${extras.join(', ')}` : '';
  return md`*${gate}*: ${plural(rule.quorum, 'person')} of ${code(rule.role)} (${foreign(listed(persons) || 'nobody', 200)}), ${rule.expiresMinutes} min${more}`;
}

/** What a rule of policy.yaml and the rule an incident is pinned to have in common. */
type GateWords = Pick<
  GateRule,
  'quorum' | 'role' | 'excludeRequester' | 'reasonRequired' | 'typedConfirmation' | 'expiresMinutes'
> & { readonly outside?: GateRule['outside'] | undefined; readonly escalateTo?: string | undefined };

/** Who could approve what, and why: the rules in force for new incidents, or those an open incident is pinned to. */
export function explainPolicy(policy: Policy, members: GroupMembers, incident: Incident | undefined): Rendered {
  const inForce: Readonly<Record<string, GateWords>> = incident?.playbook?.gates ?? policy.gates;
  const rules = Object.entries(inForce).map(([gate, rule]) => ruleWords(gate, rule, policy, members));
  const about = incident?.playbook
    ? md`${code(incident.id)} keeps the rules it was opened with: playbook ${code(incident.playbook.name)} at ${code(incident.playbook.digest.slice(0, 12))}.`
    : md`The rules for incidents opened now:`;
  const waiting = incident ? Object.values(incident.gates).filter((gate) => gate.state === 'pending') : [];
  return answer([about, join(rules), ...waiting.map((gate) => whoCould(gate, policy, members))]);
}

/** For a gate that is open: everybody in policy, and whether their answer would count. */
function whoCould(gate: GateView, policy: Policy, members: GroupMembers): Mrkdwn {
  const names = (persons: readonly PersonKey[]) =>
    listed(persons.map((person) => policy.persons[person]?.name ?? person));
  if (awaitsOutside(gate)) return md`“${gateQuestion(gate.name)}” waits for ${OUTSIDE_IN_WORDS}.`;
  const able = personsIn(policy, gate.rule.role, members);
  const excluded = able.filter((person) => gate.rule.excludeRequester && person === gate.requester);
  const voted = gate.votes.map((vote) => vote.person);
  const left = able.filter((person) => !excluded.includes(person) && !voted.includes(person));
  const out = excluded.length > 0 ? ` ${names(excluded)} asked for it and cannot.` : '';
  const done = voted.length > 0 ? ` ${names(voted)} answered already.` : '';
  return md`“${gateQuestion(gate.name)}” waits: ${foreign(names(left) || 'nobody else', 300)} could answer.${out}${done}`;
}
