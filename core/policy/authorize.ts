import { type PersonKey, personKey } from '../incident/ids';
import type { Policy } from './schema';

/** Members of each policy group as Slack user ids; a group that could not be read is absent and counts as empty. */
export type GroupMembers = Readonly<Record<string, readonly string[]>>;

export type Authorization =
  | { readonly allowed: true; readonly why: string; readonly breakGlass: boolean }
  | { readonly allowed: false; readonly why: string; readonly instead: string };

/** The person behind a Slack account; undefined for accounts policy.yaml does not know. */
export function personOfSlack(policy: Policy, slackUser: string): PersonKey | undefined {
  const found = Object.entries(policy.persons).find(([, person]) => person.slack.includes(slackUser));
  return found === undefined ? undefined : personKey(found[0]);
}

/** Roles of a person, by name or through a group that one of the person's accounts is in. */
export function rolesOf(policy: Policy, person: PersonKey, members: GroupMembers = {}): readonly string[] {
  const accounts = policy.persons[person]?.slack ?? [];
  return Object.entries(policy.roles)
    .filter(([, role]) => {
      const named = role.persons.includes(person);
      const grouped = role.groups.some((group) => accounts.some((account) => members[group]?.includes(account)));
      return named || grouped;
    })
    .map(([name]) => name);
}

/** Persons who hold a role. */
export function personsIn(policy: Policy, role: string, members: GroupMembers = {}): readonly PersonKey[] {
  return Object.keys(policy.persons)
    .map(personKey)
    .filter((person) => rolesOf(policy, person, members).includes(role));
}

/**
 * Whether a person may do `action`: the words of a command (`forensics start`), or `gate NAME` to answer a gate. Deny by
 * default; ordinary roles are looked at before break-glass, so break-glass shouts only when it was needed. `gateRole` is
 * the role an open incident is pinned to; a merge since changes who holds it, and not which role answers.
 */
export function authorize(
  policy: Policy,
  person: PersonKey | undefined,
  action: string,
  members: GroupMembers = {},
  gateRole = gateOf(policy, action)?.role,
): Authorization {
  if (person === undefined || !Object.hasOwn(policy.persons, person))
    return {
      allowed: false,
      why: 'this Slack account belongs to nobody in policy.yaml',
      instead: 'Ask for a pull request that adds the person to runbooks/policy.yaml.',
    };
  if (policy.everyone.includes(action)) return { allowed: true, why: 'everyone in policy.yaml may', breakGlass: false };
  const roles = rolesOf(policy, person, members);
  const granting = roles.filter((role) => grants(policy, role, action, gateRole));
  const ordinary = granting.find((role) => policy.roles[role]?.breakGlass !== true);
  if (ordinary !== undefined) return { allowed: true, why: `role ${ordinary} may`, breakGlass: false };
  if (granting.length > 0) return { allowed: true, why: `break-glass: role ${granting.join(', ')}`, breakGlass: true };
  return {
    allowed: false,
    why: `${person} ${roles.length === 0 ? 'has no role' : `is ${roles.join(' and ')}`}, and \`${action}\` needs ${neededFor(policy, action, gateRole)}`,
    instead: whoCould(policy, action, members, gateRole),
  };
}

function grants(policy: Policy, role: string, action: string, gateRole: string | undefined): boolean {
  if (gateRole !== undefined) return gateRole === role || policy.roles[role]?.breakGlass === true;
  const may = policy.roles[role]?.may ?? [];
  return may.includes(action) || may.includes('*');
}

/** `gate stop` → the rule of stop; every `gate failed:STEP` is answered by the rule `failed`. */
function gateOf(policy: Policy, action: string): Policy['gates'][keyof Policy['gates']] | undefined {
  if (!action.startsWith('gate ')) return undefined;
  const name = action.slice('gate '.length);
  const rule = name.startsWith('failed:') ? 'failed' : name;
  return Object.entries(policy.gates).find(([gate]) => gate === rule)?.[1];
}

function neededFor(policy: Policy, action: string, gateRole: string | undefined): string {
  const roles = Object.keys(policy.roles).filter((role) => grants(policy, role, action, gateRole));
  return roles.length === 0 ? 'a role that policy.yaml does not define' : `role ${roles.join(' or ')}`;
}

function whoCould(policy: Policy, action: string, members: GroupMembers, gateRole: string | undefined): string {
  const persons = Object.keys(policy.persons)
    .map(personKey)
    .filter((person) => rolesOf(policy, person, members).some((role) => grants(policy, role, action, gateRole)));
  const names = persons.map((person) => policy.persons[person]?.name ?? person);
  return names.length === 0 ? 'Nobody may.' : `${names.join(', ')} could.`;
}
