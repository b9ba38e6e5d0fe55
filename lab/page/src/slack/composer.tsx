import { type KeyboardEvent, useId, useState } from 'react';
import type { CommandView } from '../../../page-server/model';
import { act } from '../live/api';
import { suggestions } from './suggestions';

interface ComposerProps {
  readonly person: string;
  readonly channel: string;
  readonly thread: string | undefined;
  readonly commands: readonly CommandView[];
  readonly onSaid: (said: string) => void;
}

/** The message box: `/ir` in the channel, `@cordon` anywhere, plain words to people. */
export function Composer({ person, channel, thread, commands, onSaid }: ComposerProps) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const found = suggestions(typed, commands);
  const prefix = typed.startsWith('@') ? '@cordon' : '/ir';
  const take = (command: CommandView) => {
    setTyped(`${prefix} ${command.path} `);
    setChosen(0);
  };
  const send = async () => {
    const said = typed.trim();
    if (said === '') return;
    const inThread = thread === undefined ? {} : { thread };
    const command = /^\/ir\b\s*(.*)$/is.exec(said);
    if (command && thread !== undefined) {
      // https://docs.slack.dev/interactivity/implementing-slash-commands: they cannot be used in threads.
      setTyped(`@cordon ${command[1] ?? ''}`);
      onSaid('Slack takes no slash commands in threads. In a thread one mentions the app: press Send again.');
      return;
    }
    setTyped('');
    const mention = /^@cordon\b\s*(.*)$/is.exec(said);
    const answer = await (command
      ? act({ kind: 'command', as: person, channel, text: command[1] ?? '' })
      : mention
        ? act({ kind: 'mention', as: person, channel, text: mention[1] ?? '', ...inThread })
        : act({ kind: 'message', as: person, channel, text: said, ...inThread }));
    if (answer.said) onSaid(answer.said);
  };
  const onKey = (event: KeyboardEvent) => {
    const command = found[chosen];
    const complete = command !== undefined && !typed.toLowerCase().startsWith(`${prefix} ${command.path}`);
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (found.length === 0) return;
      event.preventDefault();
      setChosen((chosen + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length);
    } else if (command && complete && (event.key === 'Tab' || event.key === 'Enter')) {
      event.preventDefault();
      take(command);
    } else if (event.key === 'Escape') {
      setTyped('');
    }
  };
  return (
    <div className="composer">
      {found.length > 0 && (
        <div className="suggest" id={listId} role="listbox" aria-label="Commands">
          {found.map((command, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys of the box move through this list.
            <div
              key={command.path}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              onClick={() => take(command)}
            >
              <code>
                {prefix} {command.usage}
              </code>
              <span className="soft small">{command.summary}</span>
            </div>
          ))}
        </div>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <input
          className="plain-input"
          role="combobox"
          aria-label={thread ? 'Reply in the thread' : 'Message the channel'}
          aria-expanded={found.length > 0}
          aria-controls={listId}
          aria-activedescendant={found.length > 0 ? `${listId}-${chosen}` : undefined}
          autoComplete="off"
          placeholder={thread ? '@cordon status, or a word to the others' : '/ir help'}
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value);
            setChosen(0);
          }}
          onKeyDown={onKey}
        />
        <button type="submit" className="button primary">
          Send
        </button>
      </form>
    </div>
  );
}
