import { useState } from 'react';
import { Confirm } from './confirm';
import { type Bag, bag, type OnAction, text, wordsOf } from './types';

/** A button of a message; asks first where the block says so. This app sends nothing else that one can press. */
export function ActionElement({ element, onAction }: { readonly element: Bag; readonly onAction: OnAction }) {
  const [asking, setAsking] = useState(false);
  const action = text(element.action_id);
  const confirm = bag(element.confirm);
  if (element.type !== 'button') return null;
  const url = text(element.url);
  const press = () => (confirm.title === undefined ? onAction(action) : setAsking(true));
  return (
    <>
      <button
        type="button"
        className={`button ${text(element.style)}`}
        title={text(element.accessibility_label) || url}
        aria-label={nameOf(element)}
        onClick={press}
      >
        {wordsOf(element.text)}
      </button>
      {asking && (
        <Confirm
          confirm={confirm}
          danger={element.style === 'danger'}
          onAnswer={(yes) => {
            setAsking(false);
            if (yes) onAction(action);
          }}
        />
      )}
    </>
  );
}

/** The label for screen readers, beginning with the words that are seen, so that both say the same. */
function nameOf(element: Bag): string {
  const [words, label] = [wordsOf(element.text), text(element.accessibility_label)];
  return label === '' || label.includes(words) ? label || words : `${words} ${label}`;
}
