import { useEffect, useRef } from 'react';
import { TextBlock } from './text-block';
import { type Bag, wordsOf } from './types';

interface ConfirmProps {
  readonly confirm: Bag;
  readonly danger: boolean;
  readonly onAnswer: (yes: boolean) => void;
}

/** Slack's confirmation dialog of one button. */
export function Confirm({ confirm, danger, onAnswer }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label={wordsOf(confirm.title)} onClose={() => onAnswer(false)}>
      <header>{wordsOf(confirm.title)}</header>
      <div className="body">
        <TextBlock block={{ type: 'section', text: confirm.text }} />
      </div>
      <footer>
        <button type="button" className="button" onClick={() => onAnswer(false)}>
          {wordsOf(confirm.deny) || 'Cancel'}
        </button>
        <button type="button" className={`button ${danger ? 'danger' : 'primary'}`} onClick={() => onAnswer(true)}>
          {wordsOf(confirm.confirm) || 'Yes'}
        </button>
      </footer>
    </dialog>
  );
}
