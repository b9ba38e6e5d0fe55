import {
  type Bag,
  byType,
  confirm,
  type Fault,
  flag,
  integer,
  isBag,
  type Json,
  list,
  oneOf,
  option,
  type Shape,
  text,
  textObject,
} from './block-kit-objects';

const ACTION_ID = text(255);
const PLACEHOLDER = textObject(150, 'plain_text');
const FOCUS = { focus_on_load: flag };
const SELECT = { placeholder: PLACEHOLDER, confirm, ...FOCUS };

const BUTTON: Shape = {
  required: { text: textObject(75, 'plain_text'), action_id: ACTION_ID },
  optional: {
    value: text(2000),
    url: text(3000),
    style: oneOf('primary', 'danger'),
    confirm,
    accessibility_label: text(75),
  },
};
const STATIC_SELECT: Shape = {
  required: { action_id: ACTION_ID, options: list(option, 100) },
  optional: { ...SELECT, initial_option: option },
};
const USERS_SELECT: Shape = { required: { action_id: ACTION_ID }, optional: { ...SELECT, initial_user: text(50) } };
const RADIO: Shape = {
  required: { action_id: ACTION_ID, options: list(option, 10) },
  optional: { initial_option: option, confirm, ...FOCUS },
};
const CHECKBOXES: Shape = {
  required: { action_id: ACTION_ID, options: list(option, 10) },
  optional: { initial_options: list(option, 10), confirm, ...FOCUS },
};
const OVERFLOW: Shape = { required: { action_id: ACTION_ID, options: list(option, 5) }, optional: { confirm } };
const PLAIN_INPUT: Shape = {
  required: { action_id: ACTION_ID },
  optional: {
    placeholder: PLACEHOLDER,
    initial_value: text(3000),
    multiline: flag,
    min_length: integer,
    max_length: integer,
    ...FOCUS,
  },
};
const IMAGE_ELEMENT: Shape = { required: { image_url: text(3000), alt_text: text(2000) }, optional: {} };

const ACTION_ELEMENTS = {
  button: BUTTON,
  static_select: STATIC_SELECT,
  users_select: USERS_SELECT,
  overflow: OVERFLOW,
  radio_buttons: RADIO,
  checkboxes: CHECKBOXES,
};
const INPUT_ELEMENTS = {
  plain_text_input: PLAIN_INPUT,
  static_select: STATIC_SELECT,
  users_select: USERS_SELECT,
  radio_buttons: RADIO,
  checkboxes: CHECKBOXES,
};

const contextElement = (value: Json, at: string): Fault[] => {
  const image = isBag(value) && value.type === 'image';
  return image ? byType({ image: IMAGE_ELEMENT })(value, at) : textObject(2000, 'plain_text', 'mrkdwn')(value, at);
};

const BLOCK_ID = { block_id: text(255) };
const SECTION: Shape = {
  required: {},
  optional: {
    ...BLOCK_ID,
    text: textObject(3000, 'plain_text', 'mrkdwn'),
    fields: list(textObject(2000, 'plain_text', 'mrkdwn'), 10),
    accessory: byType({ ...ACTION_ELEMENTS, image: IMAGE_ELEMENT }),
    expand: flag,
  },
};

const MESSAGE_BLOCKS: Readonly<Record<string, Shape>> = {
  header: { required: { text: textObject(150, 'plain_text') }, optional: BLOCK_ID },
  section: SECTION,
  divider: { required: {}, optional: BLOCK_ID },
  context: { required: { elements: list(contextElement, 10) }, optional: BLOCK_ID },
  actions: { required: { elements: list(byType(ACTION_ELEMENTS), 25) }, optional: BLOCK_ID },
  image: {
    required: { image_url: text(3000), alt_text: text(2000) },
    optional: { ...BLOCK_ID, title: textObject(2000, 'plain_text') },
  },
};
const VIEW_BLOCKS: Readonly<Record<string, Shape>> = {
  ...MESSAGE_BLOCKS,
  input: {
    required: { label: textObject(2000, 'plain_text'), element: byType(INPUT_ELEMENTS) },
    optional: { ...BLOCK_ID, hint: textObject(2000, 'plain_text'), optional: flag, dispatch_action: flag },
  },
};

function blockFaults(blocks: readonly Json[], shapes: Readonly<Record<string, Shape>>): Fault[] {
  const faults: Fault[] = [];
  const blockIds = new Set<unknown>();
  blocks.forEach((block, i) => {
    faults.push(...byType(shapes)(block, `/blocks/${i}`));
    if (!isBag(block)) return;
    if (block.type === 'section' && block.text === undefined && block.fields === undefined) {
      faults.push(`/blocks/${i} needs text or fields`);
    }
    if (block.block_id !== undefined && blockIds.has(block.block_id))
      faults.push(`/blocks/${i} block_id is not unique`);
    blockIds.add(block.block_id);
    faults.push(...repeatedActions(block, i));
  });
  return faults;
}

function repeatedActions(block: Bag, i: number): Fault[] {
  if (!Array.isArray(block.elements)) return [];
  const ids = block.elements.flatMap((element) => (isBag(element) && element.action_id ? [element.action_id] : []));
  return new Set(ids).size === ids.length ? [] : [`/blocks/${i} action_id is not unique`];
}

/** Every character that is shown: what the undocumented total of about 13,200 counts (bolt-js#2509). */
export function shownCharacters(value: Json): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + shownCharacters(item), 0);
  if (!isBag(value)) return 0;
  const own = typeof value.text === 'string' ? value.text.length : 0;
  return own + Object.values(value).reduce((sum: number, item) => sum + shownCharacters(item), 0);
}

export const MAX_SHOWN_CHARACTERS = 13_200;

/** The blocks of a message: at most 50. No fault means Slack would take them. */
export function messageFaults(blocks: Json): Fault[] {
  if (!Array.isArray(blocks)) return ['/blocks must be a list'];
  if (blocks.length > 50) return ['/blocks must have no more than 50 items'];
  const faults = blockFaults(blocks, MESSAGE_BLOCKS);
  return shownCharacters(blocks) > MAX_SHOWN_CHARACTERS ? [...faults, 'msg_blocks_too_long'] : faults;
}

/** A view for views.open, push, update or publish: at most 100 blocks and 250 KB. */
export function viewFaults(view: Json): Fault[] {
  if (!isBag(view)) return ['view must be an object'];
  const blocks = Array.isArray(view.blocks) ? view.blocks : [];
  const faults = blockFaults(blocks, VIEW_BLOCKS);
  if (!Array.isArray(view.blocks) || blocks.length > 100) faults.push('/blocks must be a list of at most 100 items');
  if (JSON.stringify(view).length > 250_000) faults.push('view_too_large');
  if (view.private_metadata !== undefined) faults.push(...text(3000, 0)(view.private_metadata, '/private_metadata'));
  if (view.callback_id !== undefined) faults.push(...text(255)(view.callback_id, '/callback_id'));
  if (view.external_id !== undefined) faults.push(...text(255)(view.external_id, '/external_id'));
  if (view.type === 'home') return faults;
  if (view.type !== 'modal') return [...faults, '/type must be modal or home'];
  faults.push(...textObject(24, 'plain_text')(view.title, '/title'));
  for (const key of ['submit', 'close'] as const)
    if (view[key] !== undefined) faults.push(...textObject(24, 'plain_text')(view[key], `/${key}`));
  const asks = blocks.some((block) => isBag(block) && block.type === 'input');
  return asks && view.submit === undefined ? [...faults, '/submit is required with input blocks'] : faults;
}
