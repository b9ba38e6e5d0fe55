import { createContext, lazy, memo, type ReactNode, Suspense, useContext } from 'react';
import { type Node, parseMrkdwn } from './mrkdwn';
import { type Bag, bag, list, text, wordsOf } from './types';

/** Names behind `<@U…>`. */
export const Names = createContext<Readonly<Record<string, { readonly name: string }>>>({});

// For the blocks this app does not send itself: half a megabyte, loaded when the first of them is shown. Section text is
// ours to parse: the library decodes `&lt;!channel&gt;` before it looks for mentions, and so draws what was escaped.
const Library = lazy(async () => {
  const [{ Message }] = await Promise.all([
    import('slack-blocks-to-jsx'),
    import('slack-blocks-to-jsx/dist/style.css'),
  ]);
  return { default: Message };
});

/** A block that is only read, as Slack draws it. */
export const TextBlock = memo(function TextBlock({ block }: { readonly block: Bag }) {
  switch (block.type) {
    case 'section':
      return (
        <>
          {block.text !== undefined && (
            <p className="mrkdwn">
              <TextObject value={bag(block.text)} />
            </p>
          )}
          {block.fields !== undefined && <Fields fields={list(block.fields)} />}
        </>
      );
    case 'context':
      return (
        <p className="mrkdwn">
          {keyed(list(block.elements)).map(([key, element]) => (
            <span key={key}>
              <TextObject value={element} />{' '}
            </span>
          ))}
        </p>
      );
    default:
      return (
        <Suspense fallback={<p>{wordsOf(block.text)}</p>}>
          <Library blocks={[block as never]} logo="" name="" withoutWrapper unstyled />
        </Suspense>
      );
  }
});

function Fields({ fields }: { readonly fields: readonly Bag[] }) {
  return (
    <div className="fields">
      {keyed(fields).map(([key, field]) => (
        <p key={key} className="mrkdwn">
          <TextObject value={field} />
        </p>
      ))}
    </div>
  );
}

function TextObject({ value }: { readonly value: Bag }) {
  return value.type === 'mrkdwn' ? <Nodes nodes={parseMrkdwn(text(value.text))} /> : text(value.text);
}

/** Parsed mrkdwn, drawn. */
export function Nodes({ nodes }: { readonly nodes: readonly Node[] }) {
  return keyed(nodes).map(([key, node]) => <NodeView key={key} node={node} />);
}

/** The place of a node in its text is all the identity it has. */
function keyed<T>(items: readonly T[]): readonly (readonly [string, T])[] {
  return items.map((item, index) => [String(index), item]);
}

function NodeView({ node }: { readonly node: Node }): ReactNode {
  const names = useContext(Names);
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'code':
      return <code>{node.text}</code>;
    case 'block':
      return <code className="block">{node.text}</code>;
    case 'bold':
      return (
        <strong>
          <Nodes nodes={node.nodes} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <Nodes nodes={node.nodes} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <Nodes nodes={node.nodes} />
        </s>
      );
    case 'link':
      return (
        <a href={node.href} target="_blank" rel="noreferrer">
          {node.text}
        </a>
      );
    case 'mention':
      return (
        <span className="mention">{node.of === 'user' ? `@${names[node.id]?.name ?? node.id}` : `@${node.id}`}</span>
      );
    case 'date':
      return <time dateTime={new Date(node.seconds * 1000).toISOString()}>{node.text}</time>;
    default:
      return node satisfies never;
  }
}
