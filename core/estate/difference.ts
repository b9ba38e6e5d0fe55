import type { Estate, TargetMembership } from './estate';

/** What is not as it was recorded, in sentences; none means all that is compared is back. */
export function differences(before: Estate, now: Estate): readonly string[] {
  return [
    ...interfaceDifferences(before, now),
    ...groupDifference(before, now),
    ...targetDifferences(before, now),
    ...attributeDifferences(before, now),
    ...volumeDifferences(before, now),
    ...(before.profile?.arn === now.profile?.arn
      ? []
      : [`instance profile is ${now.profile?.arn ?? 'none'}, was ${before.profile?.arn ?? 'none'}`]),
  ];
}

function interfaceDifferences(before: Estate, now: Estate): readonly string[] {
  const said: string[] = [];
  for (const old of before.interfaces) {
    const same = now.interfaces.find((each) => each.id === old.id);
    if (same === undefined) said.push(`${old.id} is no longer attached`);
    else if (!sameSet(old.groups, same.groups)) {
      said.push(`${old.id} carries ${same.groups.join(', ')}, carried ${old.groups.join(', ')}`);
    }
  }
  const added = now.interfaces.filter((each) => !before.interfaces.some((old) => old.id === each.id));
  return [...said, ...added.map((each) => `${each.id} was attached meanwhile and is left as it is`)];
}

function groupDifference(before: Estate, now: Estate): readonly string[] {
  if (before.group === undefined) return [];
  if (now.group === undefined) return [`it is no longer in Auto Scaling group ${before.group.name}`];
  const { name, lifecycle, protectedFromScaleIn } = now.group;
  const asBefore = [before.group.lifecycle, 'InService', 'Pending'].includes(lifecycle);
  const suspended = (now.group.suspended ?? []).filter(
    (process) => before.group?.suspended?.includes(process) !== true,
  );
  return [
    ...(asBefore ? [] : [`it is ${lifecycle} in Auto Scaling group ${name}`]),
    ...(protectedFromScaleIn === before.group.protectedFromScaleIn
      ? []
      : [`scale-in protection in ${name} is ${protectedFromScaleIn ? 'on' : 'off'}`]),
    ...suspended.map((process) => `${name} has suspended ${process} since`),
  ];
}

const nameOf = (target: TargetMembership) => `${target.targetGroup} ${target.target}:${target.port ?? ''}`;

function targetDifferences(before: Estate, now: Estate): readonly string[] {
  const has = new Set(now.targets.map(nameOf));
  const lost = before.targets.filter((target) => !has.has(nameOf(target))).map((target) => target.targetGroup);
  const classic = before.classicBalancers.filter((name) => !now.classicBalancers.includes(name));
  return [...lost, ...classic].map((name) => `it is not registered with ${name}`);
}

function attributeDifferences(before: Estate, now: Estate): readonly string[] {
  const said: string[] = [];
  const [old, is] = [before.attributes, now.attributes];
  if (old.termination !== is.termination) said.push(`termination protection is ${is.termination ? 'on' : 'off'}`);
  if (old.stop !== is.stop) said.push(`stop protection is ${is.stop ? 'on' : 'off'}`);
  if (old.shutdown !== is.shutdown) said.push(`a shutdown from inside means ${is.shutdown}`);
  return said;
}

function volumeDifferences(before: Estate, now: Estate): readonly string[] {
  return before.volumes.flatMap((old) => {
    const same = now.volumes.find((each) => each.volume === old.volume);
    if (same === undefined) return [`${old.volume} is no longer attached`];
    if (same.deleteOnTermination === old.deleteOnTermination) return [];
    return [`${old.volume} ${same.deleteOnTermination ? 'goes' : 'stays'} when the instance is terminated`];
  });
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}
