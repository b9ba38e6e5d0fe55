import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordNews } from '../../bin/gitops-record';

function news(action: string, merged: boolean, body: string | null = 'x\n\nCordon-Thread: C0INC/1770000000.000100') {
  const file = join(mkdtempSync(join(tmpdir(), 'cordon-record-')), 'event.json');
  const html_url = 'https://github.com/acme/ir/pull/7';
  writeFileSync(file, JSON.stringify({ action, pull_request: { title: 'Record <!here>', body, html_url, merged } }));
  return recordNews(file);
}

describe('the news of a record', () => {
  test.each([
    ['opened', false, 'is proposed'],
    ['closed', true, 'the file of this incident is closed'],
    ['closed', false, 'has no record in git'],
  ])('%s, merged %s: %s', (action, merged, words) => {
    const { threads, text } = news(action, merged);
    expect(threads).toEqual([{ channel: 'C0INC', ts: '1770000000.000100' }]);
    expect(text).toContain(words);
    expect(text).not.toContain('<!here>');
  });

  test('goes nowhere when the pull request names no thread', () => {
    expect(news('opened', false, null).threads).toEqual([]);
  });
});
