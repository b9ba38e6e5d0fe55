import { useEffect, useRef } from 'react';
import type { MessageView, PageState } from '../../../page-server/model';
import { act } from '../live/api';
import { useRoute } from '../live/route';
import { Blocks } from './blocks';
import { Composer } from './composer';
import { Message, PrivateReply } from './message';
import { Modal } from './modal';
import { Names } from './text-block';
import { list } from './types';
import { useUnread } from './unread';

interface SlackProps {
  readonly state: PageState;
  readonly person: string;
  readonly onSaid: (said: string) => void;
}

/** The Slack side: one channel, its threads, this person's Home, private replies and modals. */
export function SlackPane({ state, person, onSaid }: SlackProps) {
  const { route, go } = useRoute();
  const { slack, stage } = state;
  const [channel = '', name = ''] = Object.entries(slack.channels).map(([id, one]) => [id, one.name])[0] ?? [];
  const messages = Object.values(slack.messages).filter((message) => message.channel === channel);
  const { unread, firstNew } = useUnread(messages, person);
  const thread = route.thread === 'home' ? undefined : route.thread;
  const view = slack.views[person];
  return (
    <Names value={stage.people}>
      <section className="slack-side" aria-label="Slack">
        <div className="people">
          <label>
            <span className="sr">You are</span>
            <select value={person} onChange={({ target }) => go({ as: target.value })} aria-label="Act as">
              {Object.values(stage.people).map(({ id, name: who, roles, kind }) => (
                <option key={id} value={id}>
                  {who}: {roles.length > 0 ? roles.join(', ') : kind === 'member' ? 'no role' : kind}
                </option>
              ))}
            </select>
          </label>
          <div className="tabs-inner">
            <button
              type="button"
              className="button small"
              aria-pressed={route.thread !== 'home'}
              onClick={() => go({ thread: undefined })}
            >
              # {name}
              {unread > 0 && <span className="unread">{unread}</span>}
            </button>
            <button
              type="button"
              className="button small"
              aria-pressed={route.thread === 'home'}
              onClick={() => go({ thread: 'home' })}
            >
              Home
            </button>
          </div>
        </div>
        {stage.slackWeather !== 'well' && (
          <p className="outage" role="status">
            {stage.slackWeather === 'down' ? 'Slack is down' : 'Slack limits the rate'}: posts wait, containment does
            not.
          </p>
        )}
        {route.thread === 'home' ? (
          <Home state={state} person={person} />
        ) : (
          <Stream key={thread ?? ''} {...{ state, person, channel, thread, messages, firstNew, onSaid }} />
        )}
        {view && <Modal key={view.id} person={person} id={view.id} view={view.view} onSaid={onSaid} />}
      </section>
    </Names>
  );
}

function Home({ state, person }: { readonly state: PageState; readonly person: string }) {
  const home = state.slack.homes[person];
  // Opening the tab is what makes the app publish it, also when a link leads here.
  useEffect(() => {
    void act({ kind: 'home', as: person });
  }, [person]);
  return (
    <div className="stream">
      {home ? (
        <Blocks
          blocks={list(home.blocks)}
          onAction={(action) => void act({ kind: 'click-view', as: person, where: 'home', action })}
        />
      ) : (
        <p className="empty">The app publishes this tab when it is opened. One moment …</p>
      )}
    </div>
  );
}

interface StreamProps extends SlackProps {
  readonly channel: string;
  readonly thread: string | undefined;
  readonly messages: readonly MessageView[];
  readonly firstNew: string | undefined;
}

function Stream({ state, person, channel, thread, messages, firstNew, onSaid }: StreamProps) {
  const { go } = useRoute();
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const shown = messages.filter((message) =>
    thread === undefined ? message.thread === undefined : message.ts === thread || message.thread === thread,
  );
  const replies = Object.entries(state.slack.replies).filter(
    ([, reply]) =>
      reply.user === person && (thread === undefined ? reply.thread === undefined : reply.thread === thread),
  );
  const count = shown.length + replies.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is why it scrolls.
  useEffect(() => {
    if (follows.current && box.current) showNewest(box.current);
  }, [count]);
  useEffect(() => {
    const pane = box.current;
    if (pane === null) return undefined;
    // Shown again on a phone, or made smaller by what stands below it.
    const watch = new ResizeObserver(() => follows.current && showNewest(pane));
    watch.observe(pane);
    return () => watch.disconnect();
  }, []);
  const items = [
    ...shown.map((message) => ({ at: Number(message.ts) * 1000, key: message.ts, message })),
    ...replies.map(([key, reply]) => ({ at: Date.parse(reply.at), key: `private ${key}`, number: key, reply })),
  ].sort((a, b) => a.at - b.at);
  const said = (answer: Promise<{ readonly said?: string }>) =>
    void answer.then(({ said: words }) => words && onSaid(words));
  return (
    <>
      {thread !== undefined && (
        <div className="thread-head">
          Thread
          <button type="button" className="button small" onClick={() => go({ thread: undefined })}>
            Back to the channel
          </button>
        </div>
      )}
      <div
        className="stream"
        role="log"
        aria-label={thread ? 'Thread' : 'Channel'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        ref={box}
        onScroll={({ currentTarget }) => {
          if (currentTarget.clientHeight > 0) follows.current = seesNewest(currentTarget);
        }}
      >
        {items.length === 0 && <p className="empty">Nothing has happened here yet: launch an attack.</p>}
        {items.map((item) =>
          'message' in item ? (
            <Message
              key={item.key}
              message={item.message}
              author={state.stage.people[item.message.author]}
              fresh={item.key === firstNew}
              {...(thread === undefined
                ? {
                    replies: messages.filter((one) => one.thread === item.key).length,
                    onOpen: () => go({ thread: item.key }),
                  }
                : {})}
              onAction={(action) => said(act({ kind: 'click', as: person, channel, ts: item.key, action }))}
            />
          ) : (
            <PrivateReply
              key={item.key}
              reply={item.reply}
              onAction={(action) => said(act({ kind: 'click-reply', as: person, reply: item.number, action }))}
            />
          ),
        )}
      </div>
      <Composer {...{ person, channel, thread, onSaid }} commands={state.stage.commands} />
    </>
  );
}

/** Down to the newest message; of one that is taller than the pane, its beginning. */
function showNewest(box: HTMLElement): void {
  const newest = box.lastElementChild?.getBoundingClientRect();
  if (newest === undefined) return;
  const tall = newest.height > box.clientHeight;
  box.scrollTop = tall ? box.scrollTop + newest.top - box.getBoundingClientRect().top : box.scrollHeight;
}

/** Who has scrolled up to read is not pulled down by news. */
function seesNewest(box: HTMLElement): boolean {
  const newest = box.lastElementChild?.getBoundingClientRect();
  return newest === undefined || newest.top < box.getBoundingClientRect().bottom;
}
