import { Refusal } from '../errors';
import { GATE_RULE_NAMES } from './gate-rule-names';
import { POLICY, type Policy } from './schema';

/** Parses policy.yaml (as data). Throws a Refusal with one sentence for the first thing that is wrong. */
export function parsePolicy(data: unknown): Policy {
  const parsed = POLICY.safeParse(data);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    throw new Refusal(
      'policy.malformed',
      `policy.yaml: ${first?.path.join('.') ?? 'the file'}: ${first?.message ?? 'is malformed'}.`,
    );
  }
  const problem = problemsOf(parsed.data)[0];
  if (problem !== undefined) throw new Refusal('policy.inconsistent', `policy.yaml: ${problem}`);
  return parsed.data;
}

/** What a schema cannot see: names that point nowhere, accounts of two persons, gates nobody can ever open. */
export function problemsOf(policy: Policy): readonly string[] {
  return [
    ...namesThatPointNowhere(policy),
    ...sharedAccounts(policy),
    ...unreachableGates(policy),
    ...outsideOfOthers(policy),
    ...easyStops(policy),
  ];
}

function namesThatPointNowhere(policy: Policy): readonly string[] {
  const problems: string[] = [];
  for (const [name, role] of Object.entries(policy.roles)) {
    for (const person of role.persons)
      if (!Object.hasOwn(policy.persons, person))
        problems.push(`role ${name} names ${person}, who is not among the persons.`);
    for (const group of role.groups)
      if (!Object.hasOwn(policy.groups, group))
        problems.push(`role ${name} names group ${group}, which is not among the groups.`);
  }
  for (const gate of GATE_RULE_NAMES) {
    const { role, escalateTo } = policy.gates[gate];
    for (const named of [role, escalateTo])
      if (named !== undefined && !Object.hasOwn(policy.roles, named))
        problems.push(`gate ${gate} names role ${named}, which is not among the roles.`);
  }
  return problems;
}

function sharedAccounts(policy: Policy): readonly string[] {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  for (const [person, { slack }] of Object.entries(policy.persons)) {
    for (const account of slack) {
      const other = owners.get(account);
      if (other !== undefined) problems.push(`Slack account ${account} belongs to ${other} and to ${person}.`);
      owners.set(account, person);
    }
  }
  return problems;
}

/** Groups may fill a role at run time, so only roles without groups can be counted here. */
function unreachableGates(policy: Policy): readonly string[] {
  return GATE_RULE_NAMES.flatMap((gate) => {
    const rule = policy.gates[gate];
    const role = policy.roles[rule.role];
    if (role === undefined || role.groups.length > 0) return [];
    const persons = new Set(role.persons).size;
    if (persons >= rule.quorum) return [];
    return [`gate ${gate} wants ${rule.quorum} persons of role ${rule.role}, which has ${persons}.`];
  });
}

/** A small team cannot find two others at night; then one who did not ask types the id. Nobody else stops a machine alone. */
const SMALL_TEAM = 3;

/** Four eyes on the one step that cannot be undone: never the one who asked, and two persons or the small team's one. */
function easyStops({ gates: { stop }, roles }: Policy): readonly string[] {
  const role = roles[stop.role];
  const problems = stop.excludeRequester ? [] : ['gate stop lets the one who asked for it approve it.'];
  if (stop.quorum > 1 || role === undefined) return problems;
  if (!stop.typedConfirmation) problems.push('gate stop asks one person alone, who then has to type the id.');
  if (role.groups.length > 0 || new Set(role.persons).size > SMALL_TEAM)
    problems.push(`gate stop asks one person alone: that is for roles of at most ${SMALL_TEAM} named persons.`);
  return problems;
}

/** A workflow that answers from outside exists for the stop alone. */
function outsideOfOthers(policy: Policy): readonly string[] {
  return GATE_RULE_NAMES.filter((gate) => gate !== 'stop' && policy.gates[gate].outside !== undefined).map(
    (gate) => `gate ${gate} asks outside Slack, which only gate stop can.`,
  );
}
