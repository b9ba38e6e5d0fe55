import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { closeStories, type FindingJson, play } from '../support/story';
import { brokenLaws } from '../support/story-laws';

jest.setTimeout(240_000);
afterEach(closeStories);

const ROOT = resolve(__dirname, '..', '..');
/** Our own findings, and those of a team that keeps some beside the project. */
const FOLDERS = [join(ROOT, 'lab', 'scenarios', 'findings'), join(ROOT, '..', 'shared', 'findings')];
const files = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name)),
);

/** What intake makes of a finding is told within seconds; containing it is told of elsewhere. */
const UNTIL_ISOLATED_MS = 10_000;

describe.each(files.map((file) => [file.split('/').at(-1) ?? '', file] as const))('the finding %s', (_name, file) => {
  it('goes through without a crash and is told in words', async () => {
    const event: FindingJson = JSON.parse(readFileSync(file, 'utf8'));
    const story = await play({
      event,
      scenario: { scaling: 'none', balancer: 'none', neighbours: 0 },
      patienceMs: UNTIL_ISOLATED_MS,
    });
    const { logs, queues } = story.desk.lab.services;
    expect(logs.lines('intake').filter(({ line }) => /"level":"error"|"errorType"/.test(line))).toEqual([]);
    expect(['posted', 'ignored', 'unfinished', 'contained']).toContain(story.outcome);
    expect(
      queues
        .all()
        .filter(({ settings }) => /Dead|Refused/.test(settings.arn))
        .flatMap((queue) => queue.messages()),
    ).toEqual([]);
    if (story.outcome === 'ignored') return;
    const [card = ''] = story.thread();
    const { type, severity } = event.detail as { type: string; severity: number };
    expect(card).toContain(type);
    expect(card).toMatch(severity >= 9 ? /Critical/ : severity >= 7 ? /High/ : severity >= 4 ? /Medium/ : /Low/);
    expect(card).not.toMatch(/undefined|null|NaN|\[object/);
    expect(card.length).toBeGreaterThan(80);
    expect(card.length).toBeLessThan(6_000);
    expect(brokenLaws(story).filter((law) => !law.includes('left behind'))).toEqual([]);
  });
});
