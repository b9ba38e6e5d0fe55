import { type FormEvent, useEffect, useRef, useState } from 'react';
import { act } from '../live/api';
import { Blocks } from './blocks';
import { formValues } from './form-values';
import { type Bag, bag, list, text, wordsOf } from './types';

interface ModalProps {
  readonly person: string;
  readonly id: string;
  readonly view: Bag;
  readonly onSaid: (said: string) => void;
}

/** The modal this person has open. Escape and Cancel close it, as in Slack. */
export function Modal({ person, id, view, onSaid }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [sending, setSending] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const blocks = list(view.blocks);
  const dismiss = () => void act({ kind: 'dismiss', as: person });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setSending(true);
    const values = formValues(blocks, new FormData(event.currentTarget));
    const answer = await act({ kind: 'submit', as: person, view: id, values });
    setSending(false);
    setErrors(answer.errors ?? {});
    if (answer.said) onSaid(answer.said);
  };
  return (
    <dialog ref={dialog} aria-label={wordsOf(view.title)} onCancel={dismiss}>
      <form onSubmit={submit}>
        <header>{wordsOf(view.title)}</header>
        <div className="body">
          {blocks.map((block, index) =>
            block.type === 'input' ? (
              <Input
                key={text(block.block_id) || index}
                block={block}
                index={index}
                error={errors[text(block.block_id)]}
              />
            ) : (
              <Blocks
                key={text(block.block_id) || index}
                blocks={[block]}
                onAction={(action) => void act({ kind: 'click-view', as: person, where: 'modal', action })}
              />
            ),
          )}
        </div>
        <footer>
          <button type="button" className="button" onClick={dismiss}>
            {wordsOf(view.close) || 'Cancel'}
          </button>
          {view.submit !== undefined && (
            <button type="submit" className="button primary" disabled={sending}>
              {wordsOf(view.submit)}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}

interface InputProps {
  readonly block: Bag;
  readonly index: number;
  readonly error: string | undefined;
}

function Input({ block, index, error }: InputProps) {
  const id = text(block.block_id) || `b${index}`;
  const element = bag(block.element);
  const shared = { id, name: id, required: block.optional !== true, 'aria-invalid': error !== undefined };
  const initial = text(element.initial_value);
  const placeholder = wordsOf(element.placeholder);
  return (
    <div className="field">
      <label htmlFor={id}>
        {wordsOf(block.label)} {block.optional === true && <span className="soft">(optional)</span>}
      </label>
      {element.type === 'plain_text_input' && element.multiline === true ? (
        <textarea {...shared} rows={3} defaultValue={initial} placeholder={placeholder} />
      ) : element.options === undefined ? (
        <input {...shared} autoComplete="off" defaultValue={initial} placeholder={placeholder} />
      ) : (
        <select {...shared} defaultValue={text(bag(element.initial_option).value)}>
          {list(element.options).map((option) => (
            <option key={text(option.value)} value={text(option.value)}>
              {wordsOf(option.text)}
            </option>
          ))}
        </select>
      )}
      {block.hint !== undefined && <span className="soft small">{wordsOf(block.hint)}</span>}
      {error !== undefined && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}
