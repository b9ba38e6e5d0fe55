import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Deploy, deployMessage, rollback, threadMessage } from '../../../core/gitops/deploy-message';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const deploy = (more: Partial<Deploy> = {}): Deploy => ({
  repository: 'acme/ir',
  commit: COMMIT,
  title: 'Ask two persons before a stop',
  actor: 'carol',
  runUrl: 'https://github.com/acme/ir/actions/runs/1',
  isMerge: true,
  threads: [],
  ...more,
});

describe('the message of a deploy', () => {
  test('says what is deployed, by whom, and where to look', () => {
    expect(deployMessage(deploy(), { state: 'started' })).toBe(
      `Deploying <https://github.com/acme/ir/commit/${COMMIT}|0123456> Ask two persons before a stop by carol (<https://github.com/acme/ir/actions/runs/1|run>). Open incidents keep the version they started on.`,
    );
  });

  test('ends with the one command that goes back', () => {
    expect(deployMessage(deploy(), { state: 'done', seconds: 135 })).toContain('in 2 min 15 s');
    for (const state of [
      { state: 'done', seconds: 1 } as const,
      { state: 'failed', seconds: 1, at: 'smoke test' } as const,
    ])
      expect(deployMessage(deploy(), state)).toContain(
        `\`git fetch origin && git switch --detach origin/main && git revert --no-edit -m 1 ${COMMIT} && git push origin HEAD:main\``,
      );
  });

  test('says what a failure left, for every place that deploy.yml names', () => {
    const workflow = readFileSync(join(__dirname, '../../../.github/workflows/deploy.yml'), 'utf8');
    const [line = ''] = /CORDON_FAILED_AT: .*/.exec(workflow) ?? [];
    const places = [...line.matchAll(/'([a-z ]{6,})'/g)].flatMap(([, place]) =>
      place === 'failure' ? [] : (place ?? []),
    );
    const left = places.map((at) => {
      const state = { state: 'failed', seconds: 1, at } as const;
      const [, words = ''] = /\|run>\)\. (.+)$/.exec(threadMessage(deploy(), state)) ?? [];
      expect(deployMessage(deploy(), state)).toContain(words);
      return [at, words.split(' ').slice(0, 2).join(' ')];
    });
    expect(left).toEqual([
      ['cdk deploy', 'CloudFormation takes'],
      ['the smoke test', 'It is'],
      ['a step before the deploy', 'Nothing was'],
    ]);
  });

  test('reverts a plain commit without a side', () => {
    expect(rollback(deploy({ isMerge: false }))).toContain(` git revert --no-edit ${COMMIT} && `);
  });

  test('lets no commit title mention, link or format', () => {
    const text = deployMessage(deploy({ title: '<!channel> <https://evil|ok>', actor: '<@U1>' }), { state: 'started' });
    expect(text).not.toContain('<!');
    expect(text).not.toContain('<@');
    expect(text).not.toContain('<https://evil');
  });
});
