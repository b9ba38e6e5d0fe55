import type { Writable } from 'node:stream';
import type { Desk } from '../desk/desk';

/** Writes every new message of the workspace as one line: lab time, who, and the sentence a screen reader gets. */
export class ThreadPrinter {
  #printed = 0;

  constructor(private readonly out: Writable) {}

  /** Prints as messages come, after each call to Slack. */
  follow(desk: Desk): void {
    desk.lab.services.recorder.onRow(({ service }) => {
      if (service === 'slack') setImmediate(() => this.printNew(desk));
    });
  }

  printNew(desk: Desk): void {
    const { messages, users, botUserId } = desk.slack.workspace;
    for (const message of messages.slice(this.#printed)) {
      const at = new Date(Number(message.ts) * 1000).toISOString().slice(11, 19);
      const who = message.author === botUserId ? 'Cordon' : (users.get(message.author)?.name ?? message.author);
      const files = message.files.map((id) => desk.slack.workspace.files.get(id)?.name ?? id);
      const text = [message.text, ...files.map((name) => `[file ${name}]`)].filter(Boolean).join(' ');
      this.out.write(`${at}  ${message.thread_ts === undefined ? '' : '  '}${who}: ${text}\n`);
    }
    this.#printed = messages.length;
  }
}
