import { Transient } from '../../core/errors';
import type { Command } from '../../core/incident/commands';
import { commitTo } from '../../core/incident/commit';
import { commandId } from '../../core/incident/ids';
import { makePublish } from '../../handlers/publish';
import { IR, person } from '../support/books';
import { MemoryMessages } from '../support/chat/stores';
import { controlPlane } from '../support/control-plane-desk';

describe('publish', () => {
  it('asks GitHub once per request, waits for the thread, and keeps its place while GitHub is down', async () => {
    const { story, ledger, cursors } = controlPlane();
    const messages = new MemoryMessages();
    const dispatched: unknown[] = [];
    let down = true;
    const dispatch = async (_type: string, payload: unknown) => {
      if (down) throw new Transient('GitHub answered 503');
      dispatched.push(payload);
    };
    const publish = makePublish({
      ledger,
      cursors,
      messages,
      clock: story.clock,
      repository: { dispatch, file: async () => undefined, propose: async () => ({ url: '', number: 0 }) },
    });
    await story.opened();
    const request: Command = { type: 'Record', events: [{ type: 'ReportRequested', request: 'r1', deadline: 'soon' }] };
    await commitTo(ledger, story.clock, IR, request, person('alice'), commandId('ask'));
    await expect(publish(IR)).rejects.toThrow(/no thread/);
    await messages.put(IR, 'root', { channel: 'C0CORDON', ts: '1.1', seq: 1 });
    await expect(publish(IR)).rejects.toThrow(/503/);
    down = false;
    await publish(IR);
    await publish(IR);
    expect(dispatched).toEqual([{ incident: IR, request: 'r1', channel: 'C0CORDON', thread: '1.1' }]);
  });
});
