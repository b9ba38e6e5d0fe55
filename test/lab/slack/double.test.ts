import { SlackDouble } from '../../../lab/slack/double';
import { exportThread, Workspace } from '../../../lab/slack/workspace';

const CHANNEL = 'C0CORDON';

function double() {
  const clock = { time: Date.parse('2020-01-01T00:00:00Z') };
  const workspace = new Workspace({
    seed: 7,
    users: [{ id: 'U0ALICE01', person: 'alice', name: 'Alice' }],
    groups: { S0TEAM: ['U0ALICE01'] },
    channels: [{ id: CHANNEL, name: 'incidents' }],
    now: () => new Date(clock.time),
  });
  const slack = new SlackDouble(workspace, () => 'http://slack.lab/');
  const call = (method: string, args: Record<string, unknown>, token: string | undefined = workspace.botToken) => {
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const answer = slack.handle({
      method: 'POST',
      path: `/api/${method}`,
      headers,
      body: Buffer.from(JSON.stringify(args)),
    });
    return {
      status: answer.status,
      headers: answer.headers,
      cut: answer.cut,
      body: JSON.parse(answer.body) as Record<string, unknown>,
    };
  };
  return { clock, workspace, slack, call };
}

describe('the Slack double', () => {
  test('refuses a missing or wrong token and an unknown method', () => {
    const { call } = double();
    expect(call('auth.test', {}, '').body.error).toBe('not_authed');
    expect(call('auth.test', {}, 'xoxb-wrong').body.error).toBe('invalid_auth');
    expect(call('chat.shout', {}).body.error).toBe('unknown_method');
    expect(call('constructor', {}).body.error).toBe('unknown_method');
  });

  test('gives messages unique, increasing times from the lab’s clock', () => {
    const { call, clock } = double();
    const first = call('chat.postMessage', { channel: CHANNEL, text: 'one' }).body.ts;
    const second = call('chat.postMessage', { channel: CHANNEL, text: 'two' }).body.ts;
    clock.time += 1000;
    const third = call('chat.postMessage', { channel: CHANNEL, text: 'three' }).body.ts;
    expect([first, second, third]).toEqual(['1577836800.000100', '1577836800.000200', '1577836801.000100']);
  });

  test('keeps thread, edits and metadata for the export', () => {
    const { call, workspace, clock } = double();
    const metadata = { event_type: 'cordon', event_payload: { seq: 1 } };
    const { ts } = call('chat.postMessage', { channel: CHANNEL, text: 'card', metadata }).body;
    call('chat.postMessage', { channel: CHANNEL, text: 'reply', thread_ts: ts });
    clock.time += 5000;
    call('chat.update', { channel: CHANNEL, ts, text: 'card now' });
    const { messages } = exportThread(workspace, CHANNEL);
    expect(messages).toMatchObject([
      {
        ts,
        thread_ts: null,
        text: 'card now',
        metadata,
        edits: [{ at: '2020-01-01T00:00:05.000Z', text: 'card now' }],
      },
      { thread_ts: ts, text: 'reply', author: workspace.botUserId },
    ]);
  });

  test('shows metadata in replies and history only when asked', () => {
    const { call } = double();
    const { ts } = call('chat.postMessage', {
      channel: CHANNEL,
      text: 'card',
      metadata: { event_type: 'cordon', event_payload: {} },
    }).body;
    expect(JSON.stringify(call('conversations.replies', { channel: CHANNEL, ts }).body)).not.toContain('event_type');
    expect(
      JSON.stringify(call('conversations.history', { channel: CHANNEL, include_all_metadata: true }).body),
    ).toContain('event_type');
  });

  test('refuses blocks Slack would refuse, bad metadata, empty messages and unknown threads', () => {
    const { call } = double();
    const post = (args: object) => call('chat.postMessage', { channel: CHANNEL, ...args }).body.error;
    expect(post({ text: 'a', blocks: [{ type: 'banner' }] })).toBe('invalid_blocks');
    expect(post({ text: 'a', metadata: 'x' })).toBe('invalid_metadata_format');
    expect(post({ text: '' })).toBe('no_text');
    expect(post({ text: 'a'.repeat(40_001) })).toBe('msg_too_long');
    expect(post({ text: 'a', thread_ts: '1.1' })).toBe('thread_not_found');
  });

  test('says when a channel is archived, unknown, or we are not in it, and lets us join', () => {
    const { call, workspace } = double();
    const channel = workspace.channels.get(CHANNEL)!;
    channel.botIsMember = false;
    expect(call('chat.postMessage', { channel: CHANNEL, text: 'a' }).body.error).toBe('not_in_channel');
    expect(call('conversations.join', { channel: CHANNEL }).body.ok).toBe(true);
    expect(call('chat.postMessage', { channel: CHANNEL, text: 'a' }).body.ok).toBe(true);
    channel.archived = true;
    expect(call('chat.postMessage', { channel: CHANNEL, text: 'a' }).body.error).toBe('is_archived');
    expect(call('chat.postMessage', { channel: 'C0NOWHERE', text: 'a' }).body.error).toBe('channel_not_found');
  });

  test('lets a trigger open one view within three seconds', () => {
    const { call, workspace, clock } = double();
    const view = { type: 'modal', title: { type: 'plain_text', text: 'T' }, blocks: [{ type: 'divider' }] };
    const trigger = workspace.newTrigger('U0ALICE01');
    expect(call('views.open', { trigger_id: trigger, view }).body.ok).toBe(true);
    expect(call('views.open', { trigger_id: trigger, view }).body.error).toBe('exchanged_trigger_id');
    const late = workspace.newTrigger('U0ALICE01');
    clock.time += 3001;
    expect(call('views.open', { trigger_id: late, view }).body.error).toBe('expired_trigger_id');
    expect(call('views.open', { trigger_id: 'x', view }).body.error).toBe('invalid_trigger_id');
  });

  test('is down, limits and loses answers by the clock, for a method or a channel', () => {
    const { call, slack, workspace, clock } = double();
    const storm = { from: '2020-01-01T00:00:00.000Z', to: '2020-01-01T00:01:00.000Z' };
    const post = () => call('chat.postMessage', { channel: CHANNEL, text: 'a' });
    slack.weather.add({ ...storm, kind: 'limited', retryAfter: 7, channel: CHANNEL });
    expect(post()).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    expect(call('auth.test', {}).status).toBe(200);
    slack.weather.clear();
    slack.weather.add({ ...storm, kind: 'down' });
    expect(post().status).toBe(503);
    slack.weather.clear();
    expect(workspace.messages).toHaveLength(0);
    slack.weather.add({ ...storm, kind: 'lost-answer' });
    expect(post().cut).toBe(true);
    expect(workspace.messages).toHaveLength(1);
    clock.time += 60_000;
    expect(post()).toMatchObject({ status: 200, cut: undefined });
  });

  test('takes a file in three calls', () => {
    const { call, slack, workspace } = double();
    const { ts } = call('chat.postMessage', { channel: CHANNEL, text: 'card' }).body;
    const { file_id: id, upload_url: url } = call('files.getUploadURLExternal', {
      filename: 'report.html',
      length: 5,
    }).body;
    expect(url).toBe(`http://slack.lab/upload/${String(id)}`);
    const finish = () =>
      call('files.completeUploadExternal', { files: [{ id, title: 'Report' }], channel_id: CHANNEL, thread_ts: ts })
        .body;
    expect(finish().error).toBe('file_not_uploaded');
    slack.handle({ method: 'POST', path: `/upload/${String(id)}`, headers: {}, body: Buffer.from('hello') });
    expect(finish().ok).toBe(true);
    expect(workspace.messages.at(-1)).toMatchObject({ thread_ts: ts, files: [id] });
  });

  test('derives its secrets from the seed', () => {
    expect(double().workspace.secret()).toEqual(double().workspace.secret());
  });
});
