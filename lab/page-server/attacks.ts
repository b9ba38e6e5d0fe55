import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dictOf, textOf } from '../aws/platform';
import { ROOT } from '../desk/desk';
import { hexHash } from '../time/seeded';
import type { AttackView } from './model';

export type FindingEvent = Readonly<Record<string, unknown>>;

interface Attack {
  readonly id: string;
  readonly file: string;
  readonly title: string;
  readonly story: string;
  /** How many instances are hit at once. */
  readonly times?: number;
}

/** The console's attacks. What GuardDuty reports of each is read from its finding. */
const ATTACKS: readonly Attack[] = [
  {
    id: 'bitcoin',
    file: 'bitcoin',
    title: 'Bitcoin miner',
    story: 'A miner dropped through a web shell talks to its pool.',
  },
  {
    id: 'dns-exfiltration',
    file: 'dns-exfiltration',
    title: 'Exfiltration over DNS',
    story: 'Files leave in the labels of thousands of DNS queries.',
  },
  {
    id: 'backdoor',
    file: 'cc-dns',
    title: 'Backdoor',
    story: 'An implant looks up its command and control server and waits for orders.',
  },
  {
    id: 'ssh-brute-force',
    file: 'ssh-brute-force',
    title: 'SSH brute force',
    story: 'The instance tries passwords against other hosts’ SSH.',
  },
  {
    id: 'container-escape',
    file: 'runtime-container-escape',
    title: 'Container escape',
    story: 'A container mounts a directory of its host and reaches for more.',
  },
  {
    id: 'credential-theft',
    file: 'credential-theft',
    title: 'Credential theft',
    story: 'Keys of the instance’s role are used from an address outside AWS.',
  },
  {
    id: 'hostile',
    file: 'hostile-text',
    title: 'Hostile finding',
    story: 'The attacker wrote mentions, links and markup into tags and names, aimed at whoever reads the card.',
  },
  {
    id: 'burst',
    file: 'bitcoin',
    title: 'Burst of 50',
    story: 'Fifty instances of one fleet are reported within a minute; the caps decide how many are isolated unasked.',
    times: 50,
  },
];

/** What `npm start` plays when nobody says otherwise. */
export const DEFAULT_ATTACK = 'bitcoin';

export function readFinding(name: string): FindingEvent {
  return dictOf(JSON.parse(readFileSync(join(ROOT, 'lab', 'scenarios', 'findings', `${name}.json`), 'utf8')));
}

export function attackViews(): readonly AttackView[] {
  return ATTACKS.map(({ id, file, title, story }) => {
    const detail = dictOf(readFinding(file).detail);
    return { id, title, story, reports: textOf(detail.type), severity: Number(detail.severity) };
  });
}

/** The events of an attack, from its committed finding; undefined for an unknown id. `at` is the time they are sent. */
export function attackEvents(id: string, at: number): readonly FindingEvent[] | undefined {
  const attack = ATTACKS.find((one) => one.id === id);
  if (attack === undefined) return undefined;
  const finding = readFinding(attack.file);
  const stamped = { ...finding, time: eventTime(at) };
  const times = attack.times ?? 1;
  return times === 1
    ? [onOwnFleet(stamped, attack)]
    : Array.from({ length: times }, (_, i) => onOtherInstance(stamped, i));
}

/** EventBridge's `time`: ISO, whole seconds. */
function eventTime(at: number): string {
  return new Date(at).toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
}

/** The same finding in another account and region, sent at that time: both replaced wherever they stand. */
export function movedTo(
  event: FindingEvent,
  to: { readonly account: string; readonly region: string; readonly at: number },
): FindingEvent {
  const detail = dictOf(event.detail);
  const swaps = [
    [textOf(detail.accountId), to.account],
    [textOf(event.account), to.account],
    [textOf(detail.region), to.region],
    [textOf(event.region), to.region],
  ] as const;
  const text = swaps
    .filter(([from, into]) => from !== '' && from !== into)
    .reduce((json, [from, into]) => json.replaceAll(from, into), JSON.stringify(event));
  return { ...dictOf(JSON.parse(text)), time: eventTime(to.at) };
}

/** The committed findings all name one Auto Scaling group; each attack hits a fleet of its own, so that no cap holds the next. */
function onOwnFleet(event: FindingEvent, { id, file }: Attack): FindingEvent {
  if (id === file && id === DEFAULT_ATTACK) return event;
  return dictOf(JSON.parse(JSON.stringify(event).replaceAll('web-asg', `${id}-asg`)));
}

/** The same finding on another instance: ids of finding, instance and interface replaced wherever they stand. */
function onOtherInstance(event: FindingEvent, index: number): FindingEvent {
  const detail = dictOf(event.detail);
  const details = dictOf(dictOf(detail.resource).instanceDetails);
  const swaps: readonly (readonly [string, string])[] = [
    [textOf(details.instanceId), `i-0${hexHash(16, 'burst instance', index)}`],
    [textOf(detail.id), hexHash(32, 'burst finding', index)],
    [textOf(event.id), `${hexHash(8, 'burst event', index)}-0000-4000-8000-${hexHash(12, 'burst', index)}`],
    ...interfacesIn(details).map((id): [string, string] => [id, `eni-0${hexHash(16, 'burst interface', id, index)}`]),
  ];
  const text = swaps
    .filter(([from]) => from !== '')
    .reduce((json, [from, to]) => json.replaceAll(from, to), JSON.stringify(event));
  return dictOf(JSON.parse(text));
}

function interfacesIn(details: Readonly<Record<string, unknown>>): readonly string[] {
  const list: unknown = details.networkInterfaces;
  return Array.isArray(list) ? list.map((one) => textOf(dictOf(one).networkInterfaceId)) : [];
}

/** Whom a finding is about, and the other side as the finding names it. */
export function partiesOf(event: FindingEvent): { readonly instance: string; readonly remote: string } | undefined {
  const detail = dictOf(event.detail);
  const instance = textOf(dictOf(dictOf(detail.resource).instanceDetails).instanceId);
  if (instance === '') return undefined;
  const text = JSON.stringify(detail.service ?? {});
  const domain = /"domain":"([^"]+)"/.exec(text)?.[1];
  const address = /"ipAddressV4":"([0-9.]+)"/.exec(text)?.[1];
  return { instance, remote: address ?? domain ?? '' };
}
