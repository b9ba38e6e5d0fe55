import { createContext, lazy, memo, Suspense, useContext } from 'react';
import { type Bag, list, wordsOf } from './types';

// Half a megabyte of parser: loaded after the first paint, the bare words stand there until then.
const Message = lazy(async () => {
  const [{ Message: Shown }] = await Promise.all([
    import('slack-blocks-to-jsx'),
    import('slack-blocks-to-jsx/dist/style.css'),
  ]);
  return { default: Shown };
});

/** Names behind `<@U…>`. */
export const Names = createContext<{ id: string; name: string }[]>([]);

/** `:aws:` in an ARN is no emoji: what has no picture stays as it was written. */
const HOOKS = {
  emoji: (data: { name: string }, parse: (data: { name: string }) => string) => {
    const drawn = parse(data);
    return drawn === '' || drawn.includes(data.name) ? `:${data.name}:` : drawn;
  },
};

/** A block that is only read, as Slack draws it. */
export const TextBlock = memo(function TextBlock({ block }: { readonly block: Bag }) {
  const users = useContext(Names);
  return (
    <div className="lib">
      <Suspense fallback={<Words block={block} />}>
        <Message
          blocks={[drawable(block) as never]}
          logo=""
          name=""
          data={{ users }}
          hooks={HOOKS}
          withoutWrapper
          unstyled
        />
      </Suspense>
    </div>
  );
});

/** The library takes `verbatim` for "no formatting at all"; to Slack it only means "make no links of bare addresses". */
function drawable(block: Bag): Bag {
  return JSON.parse(JSON.stringify(block, (name, value) => (name === 'verbatim' ? undefined : value)));
}

function Words({ block }: { readonly block: Bag }) {
  const parts = [block.text, ...list(block.fields), ...list(block.elements)].map(wordsOf);
  return <p>{parts.filter((part) => part !== '').join(' · ')}</p>;
}
