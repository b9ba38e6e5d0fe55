import type { ModalView } from '@slack/types';
import type { Reply } from '../commands/ask';
import { noticeModal } from '../views/modals';

/** The only calls the edge makes to Slack by itself: a modal must open within three seconds of its click. */
export interface Views {
  open(trigger: string, view: ModalView): Promise<string | undefined>;
  update(viewId: string, view: ModalView): Promise<void>;
  publishHome(user: string, blocks: readonly object[]): Promise<void>;
  /** Answers a mention in its thread, to that person alone. */
  whisper(
    channel: string,
    user: string,
    thread: string | undefined,
    said: { text: string; blocks: readonly object[] },
  ): Promise<void>;
}

/** A reply as a modal's content. */
export function asModal(reply: Reply): ModalView {
  return reply.kind === 'modal' ? reply.view : noticeModal(reply.said);
}
