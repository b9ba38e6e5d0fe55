import { alarmIn, alarmMessage, postAlarm } from '../../../bot/announce/alarm';
import { webChat } from '../../../core/adapters/slack/web-chat';
import { slackClient } from '../../../core/adapters/slack/web-client';
import { messageFaults } from '../../../lab/slack/block-kit';
import { CHANNEL, ChatWorld } from '../../support/chat/world';

const EVENT = {
  id: '11111111-2222-3333-4444-555555555555',
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  time: '2020-01-01T00:00:00Z',
  detail: {
    alarmName: 'CordonResponse-AlarmARunFailed',
    state: { value: 'ALARM', reason: 'Threshold Crossed: 1 datapoint [1.0] was greater than the threshold (0.0).' },
    configuration: {
      description:
        'A run failed. What to do: https://github.com/owner/name/blob/main/runbooks/operator.md#a-run-failed',
    },
  },
};

describe('an alarm of our own', () => {
  test('is told with what to do', () => {
    const alarm = alarmIn(EVENT)!;
    const { text, blocks } = alarmMessage(alarm);
    expect(text).toBe('Cordon needs an operator: A run failed.');
    expect(messageFaults(blocks)).toEqual([]);
    expect(JSON.stringify(blocks)).toContain(
      '<https://github.com/owner/name/blob/main/runbooks/operator.md#a-run-failed|What to do>',
    );
  });

  test('is nothing when it calms down or is another event', () => {
    expect(alarmIn({ ...EVENT, detail: { ...EVENT.detail, state: { value: 'OK' } } })).toBeUndefined();
    expect(alarmIn({ Records: [] })).toBeUndefined();
  });

  test('is posted once however often it is delivered', async () => {
    const world = await ChatWorld.open();
    const chat = webChat(slackClient(world.workspace.botToken, `${world.base}api/`, 2_000));
    for (let i = 0; i < 3; i++) await postAlarm(chat, CHANNEL, alarmIn(EVENT)!);
    expect(world.workspace.messages).toHaveLength(1);
    await world.close();
  });
});
