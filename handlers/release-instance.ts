import { NeedsHuman } from '../core/errors';
import { differences } from '../core/estate/difference';
import type { Estate } from '../core/estate/estate';
import type { GroupRole } from '../core/estate/group-rules';
import { cannotRestore } from '../core/estate/release-plan';
import { revocationPolicyName, revocationSpent } from '../core/estate/revocation';
import type { InstanceKey } from '../core/incident/ids';
import type { Blobs } from '../core/ports/blobs';
import type { EstateReader, InstancePower } from '../core/ports/estate-reader';
import type { Isolation } from '../core/ports/isolation';
import type { ProfileControl, ProtectionControl, RoleSessions } from '../core/ports/protections';
import type { SubnetAcls } from '../core/ports/subnet-acls';
import type { Traffic } from '../core/ports/traffic';
import { plural } from '../core/text';
import { estateOf } from './estate-of';
import { runStep, type StepContext, type StepPorts, type StepReport } from './step';
import type { StepInput } from './task-input';

export interface ReleasePorts extends StepPorts {
  readonly blobs: Blobs;
  readonly estates: EstateReader;
  readonly power: InstancePower;
  readonly isolation: Isolation;
  readonly traffic: Traffic;
  readonly protections: ProtectionControl;
  readonly profiles: ProfileControl;
  readonly sessions: Pick<RoleSessions, 'allow'>;
  readonly acls: SubnetAcls;
}

/** What was given back, and what could not be. */
interface Restored {
  readonly restored: string[];
  readonly differs: string[];
}

/**
 * Gives the instance back what the estate says it had: subnet ACL, profile, protections, volumes, groups per interface,
 * Auto Scaling and load balancers, in this order, so that it is reachable, and serves, only when it is whole. Then reads
 * everything again and lists what differs.
 */
export function makeReleaseInstance(ports: ReleasePorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const estate = await estateOf(ports.blobs, context.incident);
      if (estate === undefined) throw new NeedsHuman('No estate was recorded: there is nothing to restore from.');
      const done: Restored = { restored: [], differs: [...cannotRestore(estate, context.incident.containment)] };
      await restoreSubnets(ports, context, done);
      await restoreSessions(ports, context, done);
      const state = (await ports.power.state(context.key))?.state ?? 'terminated';
      if (state === 'terminated' || state === 'shutting-down') return gone(done);
      await restoreInstance(ports, context, estate, done);
      const open = await restoreGroups(ports, context, estate, done);
      const alive = state === 'running' || state === 'pending';
      if (alive && open) await restoreService(ports, context, estate, done);
      else done.differs.push(...leftOut(estate, alive ? 'isolated in part' : state));
      // With its tag goes what our roles may do to it: send commands, stop it.
      await ports.power.untag(context.key, [context.key.instance], ['cordon:incident']);
      const now = await ports.estates.read(context.key);
      const seen = now === undefined ? ['EC2 no longer knows the instance'] : differences(estate, now);
      const differs = [...new Set([...done.differs, ...seen])];
      return {
        said: `${plural(done.restored.length, 'thing')} restored and read again; ${plural(differs.length, 'thing')} not as before.`,
        events: [{ type: 'InstanceReleased', restored: done.restored, differs }],
      };
    });
}

/** Its subnets have their ACLs again; of the instance itself there is nothing left to give anything to. */
function gone({ restored, differs }: Restored): StepReport {
  const said = 'the instance was terminated meanwhile: there was nothing to give back';
  return { said: `Released: ${said}.`, events: [{ type: 'InstanceReleased', restored, differs: [...differs, said] }] };
}

/** Taken away at once, the deny would give stolen sessions their rights back; when none can live any more, it goes. */
async function restoreSessions(ports: ReleasePorts, { key, incident }: StepContext, done: Restored): Promise<void> {
  const revoked = incident.containment.sessionsRevoked;
  if (revoked === undefined) return;
  const [name, spent] = [revocationPolicyName(key), revocationSpent(revoked.at)];
  if (ports.clock.now() >= spent) {
    await ports.sessions.allow(key, revoked.role, name);
    done.restored.push(`inline policies of ${revoked.role}`);
    return;
  }
  done.differs.push(
    `sessions of ${revoked.role} that were revoked stay revoked: its inline policy ${name} is left, and denies nothing that lives after ${spent.toISOString()}`,
  );
}

async function restoreSubnets({ acls }: ReleasePorts, { key, incident }: StepContext, done: Restored): Promise<void> {
  for (const cut of await acls.remembered(key, incident.id)) {
    for (const { association, acl, first, subnet } of cut.before) {
      // No association of ours: another incident cut the subnet again meanwhile, and will give it back.
      if (association === '') continue;
      const put = (it: string | undefined) => (it === undefined ? 'gone' : acls.replace(key, association, it));
      const back = (await put(acl)) === 'done' ? acl : (await put(first)) === 'done' ? first : undefined;
      if (back === undefined) done.differs.push(`${subnet} stays cut: its network ACL ${acl} is gone`);
      else done.restored.push(`network ACL ${back} of ${subnet}`);
    }
    await acls.remove(key, cut.acl);
  }
}

const OUR_GROUPS: readonly GroupRole[] = ['isolation', 'isolation-closed', 'allow-all'];

/** Answers whether every interface that is still there has its own groups again. */
async function restoreGroups(
  { isolation }: ReleasePorts,
  { key }: StepContext,
  estate: Estate,
  done: Restored,
): Promise<boolean> {
  const attached = await isolation.interfaces(key);
  let whole = true;
  for (const old of estate.interfaces) {
    if (!attached.some((each) => each.id === old.id)) continue;
    const given = (await isolation.setGroups(key, old.id, old.groups)) === 'done';
    whole &&= given;
    if (given) done.restored.push(`groups of ${old.id}`);
    else done.differs.push(`${old.id} stays isolated: a group it carried is gone (${old.groups.join(', ')})`);
  }
  // No leftovers: the isolation group goes with its last interface; another incident's use keeps it.
  for (const vpc of new Set(attached.map((each) => each.vpc))) {
    for (const role of OUR_GROUPS) {
      const group = await isolation.findGroup(key, vpc, role);
      if (group !== undefined) await isolation.removeGroup(key, group);
    }
  }
  return whole;
}

async function restoreInstance(
  ports: ReleasePorts,
  { key }: StepContext,
  estate: Estate,
  done: Restored,
): Promise<void> {
  const { attributes } = estate;
  await restoreProfile(ports.profiles, key, estate.profile?.arn, done);
  await ports.protections.set(key, { attribute: 'termination', on: attributes.termination });
  await ports.protections.set(key, { attribute: 'stop', on: attributes.stop });
  await ports.protections.set(key, { attribute: 'shutdown', behaviour: attributes.shutdown });
  const devices = await ports.protections.deleteOnTermination(key);
  for (const volume of estate.volumes) {
    if (devices[volume.device] === undefined || devices[volume.device] === volume.deleteOnTermination) continue;
    await ports.protections.keepVolume(key, volume.device, !volume.deleteOnTermination);
  }
  done.restored.push('protections', 'volume settings');
}

/** Where its own is gone it has none: ours is not for service. */
async function restoreProfile(
  profiles: ProfileControl,
  key: InstanceKey,
  own: string | undefined,
  done: Restored,
): Promise<void> {
  const back = own === undefined ? 'none' : await profiles.set(key, own);
  if (back !== 'done') await profiles.remove(key);
  if (back === 'no-profile') done.differs.push(`it has no profile: there is no ${own} any more`);
  else done.restored.push('instance profile');
}

/** A group replaces, and so terminates, what does not run or answer; balancers refuse it. */
function leftOut(estate: Estate, state: string): readonly string[] {
  const service = [
    ...estate.targets.map(({ targetGroup }) => targetGroup.split('/')[1] ?? targetGroup),
    ...estate.classicBalancers,
    ...(estate.group === undefined ? [] : [estate.group.name]),
  ];
  if (service.length === 0) return [];
  return [`it is ${state}, so it was not put back into ${service.join(', ')}: see to that, then put it back by hand`];
}

async function restoreService(
  { traffic }: ReleasePorts,
  { key, incident }: StepContext,
  estate: Estate,
  done: Restored,
): Promise<void> {
  await restoreBalancers(traffic, key, estate, done);
  const { group } = estate;
  const left = incident.containment.detached?.how;
  if (group === undefined || left === 'none') return;
  if (!(await traffic.groupExists(key, group.name))) {
    done.differs.push(`Auto Scaling group ${group.name} is gone`);
    return;
  }
  if (left === 'held') {
    const free = await traffic.unhold(key, group);
    if (free.status === 'done') done.restored.push(`health replacement of ${group.name}`);
    else done.differs.push(`${group.name} still replaces no unhealthy instance: ${free.why}`);
  }
  // Somebody had it on standby before us: it stays there.
  if (!/standby/i.test(group.lifecycle)) await rejoin(traffic, key, group.name, done);
  // Held, it was protected; and an instance that left and comes back has the setting of a new one.
  const now = await traffic.membership(key);
  if (now === undefined || now.protectedFromScaleIn === group.protectedFromScaleIn) return;
  const set = await traffic.protectFromScaleIn(key, group.name, group.protectedFromScaleIn);
  if (set.status === 'done') done.restored.push(`scale-in protection in ${group.name}`);
  else done.differs.push(`${group.name} did not take its scale-in protection back: ${set.why}`);
}

async function restoreBalancers(traffic: Traffic, key: InstanceKey, estate: Estate, done: Restored): Promise<void> {
  const tried = [];
  for (const target of estate.targets) {
    tried.push({ name: target.targetGroup, ...(await traffic.register(key, target)) });
  }
  for (const name of estate.classicBalancers) tried.push({ name, ...(await traffic.registerClassic(key, name)) });
  for (const each of tried) {
    if (each.status === 'refused') done.differs.push(`${each.name} did not take it back: ${each.why}`);
  }
  if (tried.some((each) => each.status === 'done')) done.restored.push('load balancer registrations');
}

async function rejoin(traffic: Traffic, key: InstanceKey, group: string, done: Restored): Promise<void> {
  const now = await traffic.membership(key);
  if (now?.lifecycle === 'InService') return;
  const standby = now !== undefined && /standby/i.test(now.lifecycle);
  const back = standby ? await traffic.exitStandby(key, group) : await traffic.attach(key, group);
  // A refusal may be the answer to a repeat of a call whose own answer was lost: only a look tells.
  const place = back.status === 'done' ? 'InService' : (await traffic.membership(key))?.lifecycle;
  const refused = back.status === 'refused' && place !== 'InService' && place !== 'Pending' ? back.why : undefined;
  if (refused === undefined) done.restored.push(`membership of ${group}`);
  else done.differs.push(`${group} did not take it back: ${refused}`);
}
