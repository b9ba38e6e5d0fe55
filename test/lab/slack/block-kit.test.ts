import { MAX_SHOWN_CHARACTERS, messageFaults, viewFaults } from '../../../lab/slack/block-kit';

const words = (n: number) => 'x'.repeat(n);
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (over: object = {}) => ({
  type: 'button',
  text: { type: 'plain_text', text: 'Go' },
  action_id: 'go',
  ...over,
});
const actions = (...elements: object[]) => ({ type: 'actions', elements });

describe('the Block Kit validator', () => {
  test.each<[string, unknown[]]>([
    ['a header of 150', [{ type: 'header', text: { type: 'plain_text', text: words(150) } }]],
    ['a section of 3000', [section(words(3000))]],
    ['ten fields', [{ type: 'section', fields: Array.from({ length: 10 }, () => ({ type: 'mrkdwn', text: 'a' })) }]],
    [
      'a button with everything',
      [actions(button({ value: words(2000), style: 'danger', accessibility_label: words(75) }))],
    ],
    ['fifty blocks', Array.from({ length: 50 }, () => ({ type: 'divider' }))],
    [
      'a context of ten',
      [{ type: 'context', elements: Array.from({ length: 10 }, () => ({ type: 'mrkdwn', text: 'a' })) }],
    ],
  ])('takes %s', (_name, blocks) => {
    expect(messageFaults(blocks)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['no list', 'blocks'],
    ['fifty-one blocks', Array.from({ length: 51 }, () => ({ type: 'divider' }))],
    ['an unknown block', [{ type: 'banner' }]],
    ['a block without type', [{}]],
    ['null', [null]],
    ['a header of 151', [{ type: 'header', text: { type: 'plain_text', text: words(151) } }]],
    ['a header in mrkdwn', [{ type: 'header', text: { type: 'mrkdwn', text: 'a' } }]],
    ['an empty text', [section('')]],
    ['a section of 3001', [section(words(3001))]],
    ['a section of nothing', [{ type: 'section' }]],
    ['eleven fields', [{ type: 'section', fields: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'a' })) }]],
    ['an additional property', [{ ...section('a'), colour: 'red' }]],
    ['a button without action', [actions({ type: 'button', text: { type: 'plain_text', text: 'Go' } })]],
    ['a button text of 76', [actions(button({ text: { type: 'plain_text', text: words(76) } }))]],
    ['a button value of 2001', [actions(button({ value: words(2001) }))]],
    ['a style of its own', [actions(button({ style: 'warning' }))]],
    ['two buttons of one action', [actions(button(), button())]],
    ['twenty-six buttons', [actions(...Array.from({ length: 26 }, (_, i) => button({ action_id: `a${i}` })))]],
    ['no button', [actions()]],
    [
      'a confirm text of 301',
      [
        actions(
          button({
            confirm: {
              title: { type: 'plain_text', text: 'a' },
              text: { type: 'mrkdwn', text: words(301) },
              confirm: { type: 'plain_text', text: 'a' },
              deny: { type: 'plain_text', text: 'b' },
            },
          }),
        ),
      ],
    ],
    [
      'an input in a message',
      [
        {
          type: 'input',
          label: { type: 'plain_text', text: 'a' },
          element: { type: 'plain_text_input', action_id: 'a' },
        },
      ],
    ],
    [
      'two equal block ids',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
    ],
    ['an image without alt text', [{ type: 'image', image_url: 'https://x' }]],
    ['a prototype for a type', [{ type: 'constructor' }]],
  ])('refuses %s', (_name, blocks) => {
    expect(messageFaults(blocks)).not.toEqual([]);
  });

  test('refuses blocks whose sum is too long although each is fine', () => {
    const blocks = Array.from({ length: 5 }, () => section(words(2900)));
    expect(5 * 2900).toBeGreaterThan(MAX_SHOWN_CHARACTERS);
    expect(messageFaults(blocks)).toEqual(['msg_blocks_too_long']);
  });

  test('knows what a modal needs', () => {
    const modal = { type: 'modal', title: { type: 'plain_text', text: 'Title' }, blocks: [section('a')] };
    expect(viewFaults(modal)).toEqual([]);
    expect(viewFaults({ ...modal, title: { type: 'plain_text', text: words(25) } })).not.toEqual([]);
    expect(viewFaults({ ...modal, private_metadata: words(3001) })).not.toEqual([]);
    const input = {
      type: 'input',
      label: { type: 'plain_text', text: 'a' },
      element: { type: 'plain_text_input', action_id: 'a' },
    };
    expect(viewFaults({ ...modal, blocks: [input] })).toEqual(['/submit is required with input blocks']);
    expect(viewFaults({ type: 'home', blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) })).not.toEqual(
      [],
    );
  });
});
