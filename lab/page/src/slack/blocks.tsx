import { ActionElement } from './action-element';
import { TextBlock } from './text-block';
import { type Bag, bag, list, type OnAction, text, wordsOf } from './types';

interface BlocksProps {
  readonly blocks: readonly Bag[];
  readonly onAction: OnAction;
}

/** A message's or view's blocks: text as slack-blocks-to-jsx draws it, everything one can press as our own. */
export function Blocks({ blocks, onAction }: BlocksProps) {
  return (
    <div className="blocks">
      {keyed(blocks).map(([key, block]) => (
        <BlockView key={key} block={block} onAction={onAction} />
      ))}
    </div>
  );
}

/** Blocks have no ids of their own unless the app gives them: their place in the message is one. */
function keyed(blocks: readonly Bag[]): readonly (readonly [string, Bag])[] {
  return blocks.map((block, index) => [text(block.block_id) || `block ${index}`, block]);
}

function BlockView({ block, onAction }: { readonly block: Bag; readonly onAction: OnAction }) {
  switch (block.type) {
    case 'divider':
      return <hr />;
    case 'header':
      return <p className="header-block">{wordsOf(block.text)}</p>;
    case 'actions':
      return (
        <div className="actions-row">
          {list(block.elements).map((element) => (
            <ActionElement key={text(element.action_id)} element={element} onAction={onAction} />
          ))}
        </div>
      );
    case 'context':
      return (
        <div className="context-block">
          <TextBlock block={block} />
        </div>
      );
    case 'section':
      return <Section block={block} onAction={onAction} />;
    default:
      return <TextBlock block={block} />;
  }
}

function Section({ block, onAction }: { readonly block: Bag; readonly onAction: OnAction }) {
  const accessory = bag(block.accessory);
  if (accessory.type === undefined) return <TextBlock block={block} />;
  const { accessory: _own, ...rest } = block;
  return (
    <div className="with-accessory">
      <TextBlock block={rest} />
      <ActionElement element={accessory} onAction={onAction} />
    </div>
  );
}
