import { type BusEvent, dictOf, eventTime, listOf, type Platform, textOf } from '../platform';
import type { AccessCheck, Call, ServiceDouble } from '../service';
import type { EventBuses } from './bus';

type Dict = Readonly<Record<string, unknown>>;

function busArn(entry: Dict, call: Call): string {
  const bus = textOf(entry.EventBusName, 'default');
  return bus.startsWith('arn:') ? bus : `arn:aws:events:${call.region}:${call.account}:event-bus/${bus}`;
}

function check(entry: Dict, call: Call): AccessCheck {
  const context = { 'events:source': textOf(entry.Source), 'events:detail-type': textOf(entry.DetailType) };
  return { action: 'events:PutEvents', resource: busArn(entry, call), context };
}

/** PutEvents: what our own parts and the GitHub workflows report. */
export function eventsDouble(platform: Platform, buses: EventBuses): ServiceDouble {
  const put = (entry: Dict, call: Call): object => {
    const event = eventOf(entry, call, platform);
    if (event === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    buses.put(busArn(entry, call), event);
    return { EventId: event.id };
  };
  const entriesOf = (input: unknown): readonly Dict[] => listOf(dictOf(input).Entries).map(dictOf);
  return {
    name: 'events',
    protocol: 'json-1.1',
    operations: {
      PutEvents: {
        members: ['Entries'],
        authorize: (input, call) => entriesOf(input).map((entry) => check(entry, call)),
        run: (input, call) => {
          const Entries = entriesOf(input).map((entry) => put(entry, call));
          return { Entries, FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length };
        },
      },
    },
  };
}

/** The event an entry makes; undefined when it lacks source or type, or its detail is not a JSON object. */
function eventOf(entry: Dict, call: Call, platform: Platform): BusEvent | undefined {
  const detail = jsonObject(textOf(entry.Detail));
  if (entry.Source === undefined || entry.DetailType === undefined || detail === undefined) return undefined;
  return {
    version: '0',
    id: platform.ids.uuid('put event'),
    'detail-type': textOf(entry.DetailType),
    source: textOf(entry.Source),
    account: call.account,
    time: eventTime(call.now()),
    region: call.region,
    resources: listOf(entry.Resources).map(String),
    detail,
  };
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? dictOf(parsed) : undefined;
  } catch {
    return undefined;
  }
}
