import { captureForecast } from '../collect/parts';
import type { EstateSummary } from '../incident/events';
import type { Estate } from './estate';

/** Tags by which teams say whose machine it is, the likeliest first. */
const OWNER_TAGS = ['Owner', 'owner', 'Team', 'team'];

/** A gate's plan names so many other instances, and says how many more there are. */
const MOST_NAMED = 20;

function some(names: readonly string[]): readonly string[] {
  if (names.length <= MOST_NAMED) return names;
  return [...names.slice(0, MOST_NAMED), `${names.length - MOST_NAMED} more`];
}

/** What the card needs of an estate; the whole lies in S3. */
export function summarize(estate: Estate, protection: string | undefined): EstateSummary {
  const { instance } = estate;
  const forecast = estate.agent.ping === 'online' ? captureForecast(instance) : undefined;
  const owner = OWNER_TAGS.map((tag) => instance.tags[tag]).find((value) => value !== undefined && value !== '');
  const address = instance.publicAddress ?? estate.interfaces.find((each) => each.publicAddress)?.publicAddress;
  const users = some(estate.profile?.users ?? []);
  const neighbours = some(
    estate.network.neighbours.map(({ id, name }) => (name === undefined ? id : `${id} (${name})`)),
  );
  return {
    state: instance.state,
    interfaces: estate.interfaces.length,
    volumes: estate.volumes.length,
    targetGroups: [...new Set(estate.targets.map((target) => target.targetGroup)), ...estate.classicBalancers],
    ssmOnline: estate.agent.ping === 'online',
    platform: instance.platform,
    instanceType: instance.type,
    ...(estate.interfaces.length > 0
      ? { subnets: [...new Set(estate.interfaces.map((each) => each.subnet))].sort() }
      : {}),
    ...(neighbours.length > 0 ? { neighbours } : {}),
    ...(estate.group ? { group: estate.group.name } : {}),
    ...(estate.profile ? { profile: estate.profile.arn } : {}),
    ...(users.length > 0 ? { profileUsers: users } : {}),
    ...(address ? { publicAddress: address } : {}),
    ...(forecast ? { memoryForecast: forecast } : {}),
    ...(protection ? { protectedBy: protection } : {}),
    ...(owner ? { owner } : {}),
  };
}
