import { type Deploy, deployMessage, rollback } from '../../../core/gitops/deploy-message';

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
        `\`git pull && git revert --no-edit -m 1 ${COMMIT} && git push origin HEAD:main\``,
      );
  });

  test('reverts a plain commit without a side', () => {
    expect(rollback(deploy({ isMerge: false }))).toBe(
      `git pull && git revert --no-edit ${COMMIT} && git push origin HEAD:main`,
    );
  });

  test('lets no commit title mention, link or format', () => {
    const text = deployMessage(deploy({ title: '<!channel> <https://evil|ok>', actor: '<@U1>' }), { state: 'started' });
    expect(text).not.toContain('<!');
    expect(text).not.toContain('<@');
    expect(text).not.toContain('<https://evil');
  });
});
