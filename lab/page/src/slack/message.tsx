import { memo, useState } from 'react';
import type { MessageView, PersonView, ReplyView } from '../../../page-server/model';
import { bytes, initials, timeOf } from '../parts/words';
import { Blocks } from './blocks';
import { TextBlock } from './text-block';
import type { OnAction } from './types';

interface MessageProps {
  readonly message: MessageView;
  readonly author: PersonView | undefined;
  readonly fresh: boolean;
  readonly replies?: number;
  readonly onOpen?: () => void;
  readonly onAction: OnAction;
}

export const Message = memo(function Message({ message, author, fresh, replies, onOpen, onAction }: MessageProps) {
  const [history, setHistory] = useState(false);
  const name = author?.name ?? 'Cordon';
  const at = new Date(Number(message.ts) * 1000).toISOString();
  const edits = message.edits.length;
  return (
    <article className={`message ${fresh ? 'new' : ''}`} aria-label={`${name}, ${timeOf(at)}`} data-ts={message.ts}>
      <div className={`face ${author ? '' : 'bot'}`} aria-hidden="true">
        {author ? initials(name) : <span className="mark" />}
      </div>
      <div>
        <div className="who">
          <strong>{name}</strong>
          {author === undefined && <span className="pill">App</span>}
          <time dateTime={at}>{timeOf(at)}</time>
          {edits > 0 && (
            <button type="button" className="link-button" onClick={() => setHistory(!history)} aria-expanded={history}>
              edited ×{edits}
            </button>
          )}
        </div>
        {message.blocks.length > 0 ? (
          <Blocks blocks={message.blocks} onAction={onAction} />
        ) : (
          <div className="blocks">
            <TextBlock block={plainMessage(message.text)} />
          </div>
        )}
        {message.files.map(({ id, name: file, bytes: size }) => (
          <p key={id}>
            <a href={`/api/slack-files/${id}`} target="_blank" rel="noreferrer">
              {file}
            </a>{' '}
            <span className="soft small">{bytes(size)}</span>
          </p>
        ))}
        {history && <Edits edits={message.edits} />}
        {onOpen && (
          <button type="button" className="button small" onClick={onOpen}>
            {replies ? `${replies} ${replies === 1 ? 'reply' : 'replies'}: open the thread` : 'Reply in thread'}
          </button>
        )}
      </div>
    </article>
  );
});

function plainMessage(text: string) {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

function Edits({ edits }: { readonly edits: MessageView['edits'] }) {
  return (
    <ol className="soft small">
      {edits.map(({ at, text }) => (
        <li key={at + text}>
          <time dateTime={at}>{timeOf(at)}</time> {text}
        </li>
      ))}
    </ol>
  );
}

/** What only one person sees. */
export function PrivateReply({ reply, onAction }: { readonly reply: ReplyView; readonly onAction: OnAction }) {
  return (
    <article className="message private" aria-label="Only visible to you">
      <div className="face bot" aria-hidden="true">
        <span className="mark" />
      </div>
      <div>
        <div className="who">
          <strong>Cordon</strong>
          <span className="pill info">Only visible to you</span>
          <time dateTime={reply.at}>{timeOf(reply.at)}</time>
        </div>
        {reply.blocks.length > 0 ? <Blocks blocks={reply.blocks} onAction={onAction} /> : <p>{reply.text}</p>}
      </div>
    </article>
  );
}
