import type { InboundAnswer, SlackPeople } from './person';
import type { SlackMessage, SlackUser, Workspace } from './workspace';

/** The newest message in a channel that has this button. */
export function messageWithButton(
  workspace: Workspace,
  channel: string,
  actionId: string,
  value: (value: string) => boolean = () => true,
): SlackMessage | undefined {
  return workspace.messages.findLast(
    (message) =>
      message.channel === channel && buttons(message).some((b) => b.action_id === actionId && value(b.value ?? '')),
  );
}

interface Button {
  readonly action_id?: string;
  readonly value?: string;
}

function buttons(message: SlackMessage): readonly Button[] {
  const blocks = message.blocks as readonly { readonly elements?: readonly Button[] }[];
  return blocks.flatMap((block) => block.elements ?? []);
}

export interface Answer {
  /** `approve` or `reject`; at a failed step `retry`, `skip` or `abort`. */
  readonly decision: 'approve' | 'reject' | 'retry' | 'skip' | 'abort';
  readonly reason: string;
  /** The last four of the instance id, where the form asks for them. */
  readonly confirm: string;
}

/** Answers a gate as a person would: clicks its button, fills in the form that opens, and sends it. */
export async function answerGate(
  people: SlackPeople,
  workspace: Workspace,
  user: SlackUser,
  message: SlackMessage,
  answer: Answer,
): Promise<readonly InboundAnswer[]> {
  const clicked = await people.click(user, message, `gate-${answer.decision}`);
  const form = people.openView(user);
  if (form === undefined || form.view.callback_id !== 'vote-modal') {
    if (form !== undefined) workspace.views.delete(form.id);
    return [clicked];
  }
  const asked = (form.view.blocks as readonly { readonly type: string; readonly block_id?: string }[]).filter(
    (block) => block.type === 'input',
  );
  const values = Object.fromEntries(
    asked.map(({ block_id: id = '' }) => [
      id,
      { [id]: { type: 'plain_text_input', value: id === 'confirm' ? answer.confirm : answer.reason } },
    ]),
  );
  const sent = await people.submitModal(user, form, values);
  workspace.views.delete(form.id);
  return [clicked, sent];
}
