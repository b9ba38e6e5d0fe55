import type { Commit, IncidentEvent } from '../../core/incident/events';
import { verifyChain } from '../../core/incident/ledger-row';
import { type Story, slotOf } from './story';

interface Placed {
  readonly row: Commit;
  readonly event: IncidentEvent;
}

/**
 * What holds after every story, whatever went wrong in it. Returns the broken laws as sentences; none is well.
 * Numbers in brackets are the invariants of the fault model.
 */
export function brokenLaws(story: Story): readonly string[] {
  return [
    ...[...story.ledgers].flatMap(([id, rows]) => ledgerLaws(rows).map((law) => `${id}: ${law}`)),
    ...threadLaws(story),
    ...effectLaws(story),
    ...story.desk.lab.services.recorder
      .unsupported()
      .map(({ service, operation }) => `the lab does not model ${service} ${operation}`),
  ];
}

function ledgerLaws(rows: readonly Commit[]): readonly string[] {
  const chain = verifyChain(rows);
  const events = rows.flatMap((row) => row.events.map((event): Placed => ({ row, event })));
  const stops = events.filter(({ event }) => event.type === 'InstanceStopped');
  const sealed = events.filter(({ event }) => event.type === 'FinalSealed').at(-1);
  const closed = events.some(({ event }) => event.type === 'IncidentClosed');
  const seal = sealed?.event;
  return [
    ...(chain.ok ? [] : [`the chain breaks (${JSON.stringify(chain)})`]),
    ...(stops.length > 1 ? ['the instance was stopped twice [I2]'] : []),
    ...events
      .filter(({ event }) => event.type === 'StopIntended')
      .flatMap(({ row }) => unapproved(events, row.seq))
      .map((why) => `the stop was intended without approval: ${why} [I3]`),
    ...(closed && sealed?.row !== rows.at(-1) ? ['a closed incident does not end with FinalSealed [I7]'] : []),
    ...(seal?.type === 'FinalSealed' && sealed && seal.rows !== sealed.row.seq - 1
      ? [`FinalSealed at ${sealed.row.seq} covers ${seal.rows} rows [I7]`]
      : []),
  ];
}

/** Two distinct approvers, neither the requester, decided before the intent was written. */
function unapproved(events: readonly Placed[], seq: number): readonly string[] {
  const before = events.filter(({ row }) => row.seq < seq).map(({ event }) => event);
  const decided = before.findLast((event) => event.type === 'GateDecided' && event.gate === 'stop');
  if (decided?.type !== 'GateDecided' || decided.decision !== 'approve') return ['no decision'];
  const opened = before.findLast((event) => event.type === 'GateOpened' && event.gate === 'stop');
  if (opened?.type !== 'GateOpened') return ['no gate'];
  const votes = before.flatMap((event) =>
    event.type === 'GateVoteCast' && event.gate === 'stop' && event.opening === opened.opening ? [event.person] : [],
  );
  return [
    ...(new Set(votes).size < opened.rule.quorum ? [`only ${votes.join(', ')} voted`] : []),
    ...(opened.rule.excludeRequester && votes.some((one) => one === opened.requester) ? ['the requester voted'] : []),
  ];
}

/** No place of a thread is filled twice [I11]; what is told stands in the order of the ledger. */
function threadLaws({ desk, ledgers }: Story): readonly string[] {
  const said = desk.slack.workspace.messages.map((message) => ({ message, ...slotOf(message) }));
  return [...ledgers.keys()].flatMap((id) => {
    const slots = said.filter((one) => one.incident === id).map(({ slot = '' }) => slot);
    const twice = slots.filter((slot, i) => slots.indexOf(slot) !== i);
    const rows = slots.filter((slot) => /^[0-9]+$/.test(slot)).map(Number);
    const disorder = rows.findIndex((row, i) => row < (rows[i - 1] ?? 0));
    return [
      ...twice.map((slot) => `${id}: the thread says ${slot} twice [I11]`),
      ...(disorder === -1 ? [] : [`${id}: row ${rows[disorder]} is told after row ${rows[disorder - 1]} [I6]`]),
      ...(slots.length === 0 ? [`${id}: nobody was told [I6]`] : []),
    ];
  });
}

/** Nothing happens twice to the world, and nothing of ours is left in it. */
function effectLaws({ desk }: Story): readonly string[] {
  return [...desk.lab.estates.all()].flatMap((estate) => {
    const times = (what: string, on: (text: string) => string = (text) => text) => {
      const all = estate.effects.filter((one) => one.what === what).map((one) => on(one.on));
      return all.filter((one, i) => all.indexOf(one) !== i).map((one) => `${what} happened twice to ${one}`);
    };
    const ours = [...estate.instances.values()].filter(({ tags }) => tags.get('cordon:role') === 'forensic');
    const incidents = ours.map(({ tags }) => tags.get('cordon:incident') ?? '');
    const volumes = [...estate.volumes.values()].filter(({ tags }) => tags.get('cordon:role') === 'evidence-volume');
    return [
      ...times('StopInstances'),
      ...times('TerminateInstances'),
      ...times('CreateSnapshots'),
      ...times('CopySnapshot', (text) => text.split(' ')[0] ?? ''),
      ...times('SendCommand'),
      ...ours.filter(({ state }) => state !== 'terminated').map(({ id }) => `forensic instance ${id} is left behind`),
      ...incidents.filter((id, i) => incidents.indexOf(id) !== i).map((id) => `${id} launched two forensic instances`),
      ...volumes.map(({ id }) => `evidence volume ${id} is left behind`),
    ];
  });
}
