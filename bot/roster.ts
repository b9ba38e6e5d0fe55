import { type PersonKey, personKey } from '../core/incident/ids';
import { awaitsOutside, type GateView } from '../core/incident/incident';
import { OUTSIDE_IN_WORDS } from '../core/incident/outside';
import { type GroupMembers, personsIn } from '../core/policy/authorize';
import type { Policy } from '../core/policy/schema';
import { code, join, type Mrkdwn, md, mention } from './views/mrkdwn';
import type { PersonNames } from './views/people';

/** At most so many people are called by one message: enough for a quorum, few enough to be taken seriously. */
const MAX_CALLED = 5;

/** The name policy.yaml gives a person; the key for someone who has left it since. */
export function namesOf(policy: Policy): PersonNames {
  return (person) => policy.persons[person]?.name ?? person;
}

/** Mentions of those who hold a role, by their first Slack account. Undefined when nobody does. */
export function callRole(
  policy: Policy,
  role: string,
  members: GroupMembers,
  except: readonly PersonKey[] = [],
): Mrkdwn | undefined {
  const persons = personsIn(policy, role, members).filter((person) => !except.includes(person));
  const accounts = persons.slice(0, MAX_CALLED).flatMap((person) => policy.persons[person]?.slack[0] ?? []);
  return accounts.length === 0 ? undefined : join(accounts.map(mention), ' ');
}

/** Calls those who may decide a gate and have not yet; the requester is left out where the rule excludes them. */
export function callFor(policy: Policy, members: GroupMembers, gate: GateView): Mrkdwn | undefined {
  if (awaitsOutside(gate)) return md`It waits for ${OUTSIDE_IN_WORDS}.`;
  const voted = gate.votes.map((vote) => vote.person);
  const requester = gate.rule.excludeRequester && gate.requester ? [gate.requester] : [];
  const called = callRole(policy, gate.rule.role, members, [...voted, ...requester]);
  const short = tooFew(policy, members, gate, requester);
  if (short) return called ? join([md`Please decide. ${called}`, short], '\n') : short;
  return called ? md`Please decide. ${called}` : undefined;
}

/** The role alone cannot fill the quorum without the one who asked: who else can is said while there is time. */
function tooFew(
  policy: Policy,
  members: GroupMembers,
  { rule }: GateView,
  requester: readonly PersonKey[],
): Mrkdwn | undefined {
  const able = personsIn(policy, rule.role, members).filter((person) => !requester.includes(person));
  if (able.length >= rule.quorum) return undefined;
  const helpers = Object.keys(policy.roles).filter((role) => policy.roles[role]?.breakGlass === true);
  const others = helpers.flatMap((role) => callRole(policy, role, members, requester) ?? []);
  const said = md`Without the one who asked, role ${code(rule.role)} has ${able.length} of the ${rule.quorum} persons needed.`;
  return others.length === 0 ? said : md`${said} Break-glass counts as well: ${join(others, ' ')}`;
}

/** Calls the role a gate is escalated to. */
export function callEscalated(policy: Policy, members: GroupMembers, role: string | undefined): Mrkdwn | undefined {
  const called = role === undefined ? undefined : callRole(policy, role, members);
  return called ? md`Escalated to role ${role ?? ''}. ${called}` : undefined;
}

/** Every person of policy.yaml. */
export function everyPerson(policy: Policy): readonly PersonKey[] {
  return Object.keys(policy.persons).map(personKey);
}
