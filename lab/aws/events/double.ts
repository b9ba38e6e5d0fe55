import { type BusEvent, dictOf, eventTime, listOf, type Platform, textOf } from '../platform';
import type { AccessCheck, Call, ServiceDouble } from '../service';
import type { EventBuses } from './bus';

/** PutEvents: what our own parts and the GitHub workflows report. */
export function eventsDouble(platform: Platform, buses: EventBuses): ServiceDouble {
  const busArn = (entry: Readonly<Record<string, unknown>>, call: Call): string => {
    const bus = textOf(entry.EventBusName, 'default');
    return bus.startsWith('arn:') ? bus : `arn:aws:events:${call.region}:${call.account}:event-bus/${bus}`;
  };
  const put = (raw: unknown, call: Call): object => {
    const entry = dictOf(raw);
    const parsed = jsonObject(textOf(entry.Detail));
    if (entry.Source === undefined || entry.DetailType === undefined || parsed === undefined) {
      return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    }
    const id = platform.ids.uuid('put event');
    const event: BusEvent = {
      version: '0',
      id,
      'detail-type': textOf(entry.DetailType),
      source: textOf(entry.Source),
      account: call.account,
      time: eventTime(call.now()),
      region: call.region,
      resources: listOf(entry.Resources).map(String),
      detail: parsed,
    };
    buses.put(busArn(entry, call), event);
    return { EventId: id };
  };
  return {
    name: 'events',
    protocol: 'json-1.1',
    operations: {
      PutEvents: {
        members: ['Entries'],
        authorize: (input, call) =>
          listOf(dictOf(input).Entries)
            .map(dictOf)
            .map(
              (entry): AccessCheck => ({
                action: 'events:PutEvents',
                resource: busArn(entry, call),
                context: { 'events:source': textOf(entry.Source), 'events:detail-type': textOf(entry.DetailType) },
              }),
            ),
        run: (input, call) => {
          const Entries = listOf(dictOf(input).Entries).map((entry) => put(entry, call));
          return { Entries, FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length };
        },
      },
    },
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
