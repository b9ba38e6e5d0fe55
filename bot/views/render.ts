import type { SectionBlock } from '@slack/types';
import { clampText, plainText } from '../../core/text';
import { type Block, clampMrkdwn } from './blocks';

/** A message ready for Slack: blocks to look at, and one full sentence for notifications and screen readers. */
export interface Rendered {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** A message holds 50 blocks, a modal or Home 100. */
const MESSAGE_BLOCKS = 50;
const VIEW_BLOCKS = 100;
/** Slack refuses a message whose blocks show about 13,200 characters (bolt-js#2509): 12,000 keeps a tenth in hand. */
const MESSAGE_CHARACTERS = 12_000;
const FALLBACK_CHARACTERS = 1_000;

function shown(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + shown(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const own = 'text' in value && typeof value.text === 'string' ? value.text.length : 0;
  return own + Object.values(value).reduce((sum: number, item) => sum + shown(item), 0);
}

function isLongSection(block: Block): block is LongSection {
  return block.type === 'section' && block.text?.type === 'mrkdwn' && block.text.text.length > 600;
}

type LongSection = SectionBlock & { text: { type: 'mrkdwn'; text: string } };

function longest(blocks: readonly Block[]): LongSection | undefined {
  return blocks.filter(isLongSection).sort((a, b) => b.text.text.length - a.text.text.length)[0];
}

function shortened(block: LongSection): Block {
  const { length } = block.text.text;
  const text = clampMrkdwn(block.text.text, Math.max(500, Math.min(length - 200, Math.floor(length * 0.7))));
  return { ...block, text: { type: 'mrkdwn', text, verbatim: true } };
}

/** Leaves out the last block that is neither title nor buttons. */
function withoutOne(blocks: readonly Block[]): readonly Block[] {
  const last = blocks.findLastIndex((block) => block.type !== 'actions' && block.type !== 'header');
  return last < 0 ? blocks.slice(0, 1) : blocks.filter((_, i) => i !== last);
}

/** Shortens the longest texts, by whole lines, until the sum fits; then leaves out blocks from the end. */
function fitted(blocks: readonly Block[], max: number): Block[] {
  let kept = blocks;
  while (kept.length > 1 && shown(kept) > max) {
    const long = longest(kept);
    kept = long === undefined ? withoutOne(kept) : kept.map((block) => (block === long ? shortened(long) : block));
  }
  return [...kept];
}

/** The one renderer of messages: holds every limit that a single block cannot hold. */
export function render(text: string, blocks: readonly Block[]): Rendered {
  const fallback = clampText(plainText(text), FALLBACK_CHARACTERS);
  return {
    text: fallback.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'),
    blocks: fitted(blocks.slice(0, MESSAGE_BLOCKS), MESSAGE_CHARACTERS),
  };
}

/** The same for modals and Home: 100 blocks; 250 KB is far above what 100 clamped blocks of ours reach. */
export function viewBlocks(blocks: readonly Block[]): Block[] {
  return fitted(blocks.slice(0, VIEW_BLOCKS), 60_000);
}
