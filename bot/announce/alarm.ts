import type { Chat } from '../../core/ports/chat';
import { context, section } from '../views/blocks';
import { code, foreign, link, md, time } from '../views/mrkdwn';
import { type Rendered, render } from '../views/render';

/** An alarm of ours that went off, as EventBridge tells it. */
export interface AlarmEvent {
  readonly id: string;
  readonly time: string;
  readonly name: string;
  readonly description: string;
  readonly reason: string;
}

function text(value: unknown, ...path: readonly string[]): string | undefined {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return typeof current === 'string' ? current : undefined;
}

/** Reads a "CloudWatch Alarm State Change"; undefined for anything else, an alarm that calmed down included. */
export function alarmIn(event: unknown): AlarmEvent | undefined {
  if (text(event, 'detail-type') !== 'CloudWatch Alarm State Change') return undefined;
  if (text(event, 'detail', 'state', 'value') !== 'ALARM') return undefined;
  return {
    id: text(event, 'id') ?? '',
    time: text(event, 'time') ?? '',
    name: text(event, 'detail', 'alarmName') ?? 'an alarm',
    description: text(event, 'detail', 'configuration', 'description') ?? '',
    reason: text(event, 'detail', 'state', 'reason') ?? '',
  };
}

/** The alarm with what to do: its description ends in the link to its section of the operator's runbook. */
export function alarmMessage(alarm: AlarmEvent): Rendered {
  const [title = alarm.name, url] = alarm.description.split(/\. What to do: /);
  const help = url ? link(url.trim(), 'What to do') : md`See ${code('runbooks/operator.md')}`;
  const said = title === '' ? alarm.name : title;
  return render(`Cordon needs an operator: ${said}.`, [
    section(md`*Cordon needs an operator: ${foreign(said, 150)}.* ${help}`),
    context(md`${time(alarm.time)} · ${code(alarm.name)} · ${foreign(alarm.reason, 300)}`),
  ]);
}

/** EventBridge delivers at least once: the event's id marks the message, and one that is there is not repeated. */
export async function postAlarm(chat: Chat, channel: string, alarm: AlarmEvent): Promise<void> {
  const incident = 'operator';
  const slot = `alarm/${alarm.id}`;
  const since = new Date(Date.parse(alarm.time) - 60_000);
  if (await chat.find(channel, undefined, { incident, slot }, since)) return;
  const answer = await chat.post(channel, undefined, { ...alarmMessage(alarm), mark: { incident, slot, seq: 0 } });
  if (answer.status !== 'posted') throw new Error(`Slack did not take the alarm ${alarm.name}: ${answer.status}.`);
}
