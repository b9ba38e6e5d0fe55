import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gitopsCommand } from '../../bin/gitops-command';
import { announceDeploy, deployFrom, doorUrl, type Place, type Say, smokeTest } from '../../bin/gitops-deploy';
import { comment, diffOf } from '../../bin/gitops-diff';
import type { GithubApi } from '../../bin/gitops-github';
import { deployMessage } from '../../core/gitops/deploy-message';
import { COMMENT_MARK } from '../../core/gitops/diff-comment';

const folder = () => mkdtempSync(join(tmpdir(), 'cordon-gitops-'));
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('the diff of two assemblies', () => {
  test('reads their templates and says what lies between', () => {
    const [base, head] = [folder(), folder()];
    const write = (to: string, Resources: object) =>
      writeFileSync(join(to, 'CordonResponse.template.json'), JSON.stringify({ Resources }));
    write(base, {});
    write(head, { Queue: { Type: 'AWS::SQS::Queue' } });
    expect(diffOf(base, head)).toContain('1 added, 0 changed, 0 removed in CordonResponse.');
  });

  /** A GitHub that keeps comments. */
  function pullRequest(...bodies: string[]): { api: GithubApi; bodies: string[] } {
    return {
      bodies,
      api: async (method, path, body) => {
        const text = typeof body === 'object' && body !== null && 'body' in body ? String(body.body) : '';
        if (method === 'GET') return bodies.map((each, id) => ({ id, body: each }));
        if (method === 'POST') return void bodies.push(text);
        bodies[Number(path.split('/').at(-1))] = text;
        return undefined;
      },
    };
  }

  test('is one comment on the pull request, edited by the next push', async () => {
    const pull = pullRequest('A person says something');
    await comment(pull.api, 'acme/ir', 7, `${COMMENT_MARK} one`);
    await comment(pull.api, 'acme/ir', 7, `${COMMENT_MARK} two`);
    expect(pull.bodies).toEqual(['A person says something', `${COMMENT_MARK} two`]);
  });
});

describe('a deploy', () => {
  const deploy = deployFrom({ GITHUB_REPOSITORY: 'acme/ir', GITHUB_ACTOR: 'carol', GITHUB_RUN_ID: '9' }, (args) => {
    if (args[0] === 'rev-list') return `${COMMIT} aaaa bbbb\n`;
    return args.includes('aaaa..HEAD')
      ? 'Merge\n\nAsk\n\nWhy: x\n\nCordon-Thread: C0INC/1770000000.000100\n'
      : 'Ask two persons\n';
  });

  test('is told from git and from the environment of the job', () => {
    expect(deploy).toEqual({
      repository: 'acme/ir',
      commit: COMMIT,
      title: 'Ask two persons',
      actor: 'carol',
      runUrl: 'https://github.com/acme/ir/actions/runs/9',
      isMerge: true,
      threads: [{ channel: 'C0INC', ts: '1770000000.000100' }],
    });
  });

  test('is undone by the one command of its message, from a clone on another branch, whose own work stays out of main', () => {
    const [origin, clone] = [join(folder(), 'origin.git'), join(folder(), 'clone')];
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', clone, '-c', 'user.name=Carol', '-c', 'user.email=carol@acme.example', ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const keep = (text: string, file = 'policy.yaml') => {
      writeFileSync(join(clone, file), text);
      git('add', file);
      git('commit', '--quiet', '--message', text);
    };
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', origin]);
    execFileSync('git', ['clone', '--quiet', origin, clone], { stdio: 'ignore' });
    git('switch', '--quiet', '--create', 'main');
    keep('before');
    git('switch', '--quiet', '--create', 'proposal');
    keep('after');
    git('switch', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', '--no-edit', 'proposal');
    git('push', '--quiet', 'origin', 'main');
    const merged = deployFrom({ GITHUB_REPOSITORY: 'acme/ir' }, (args) => git(...args));
    expect(merged).toMatchObject({ isMerge: true, commit: git('rev-parse', 'HEAD').trim() });
    const [, command = ''] = /To go back: `(.+)`$/.exec(deployMessage(merged, { state: 'done', seconds: 1 })) ?? [];
    git('switch', '--quiet', 'proposal');
    keep('half done', 'draft.txt');
    const names = { GIT_AUTHOR_NAME: 'Carol', GIT_AUTHOR_EMAIL: 'c@acme.example' };
    const committer = { GIT_COMMITTER_NAME: 'Carol', GIT_COMMITTER_EMAIL: 'c@acme.example' };
    execFileSync('bash', ['-c', command], {
      cwd: clone,
      env: { ...process.env, ...names, ...committer },
      stdio: 'pipe',
    });
    expect(readFileSync(join(clone, 'policy.yaml'), 'utf8')).toBe('before');
    const onMain = (what: string) =>
      execFileSync('git', ['-C', origin, 'show', what], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    expect(onMain('main:policy.yaml')).toBe('before');
    expect(() => onMain('main:draft.txt')).toThrow();
  });

  /** A Slack that numbers what it takes and refuses a channel. */
  function slack(refused = ''): { say: Say; said: { text: string; place: Place }[] } {
    const said: { text: string; place: Place }[] = [];
    const say: Say = async (text, place) => {
      if (place.thread?.channel === refused) throw new Error('not_in_channel');
      said.push({ text, place });
      return `1.${said.length}`;
    };
    return { say, said };
  }

  test('is one message, edited from started to done, and one in the thread that asked for it', async () => {
    const file = join(folder(), 'kept', 'message.json');
    const { say, said } = slack();
    await announceDeploy(say, deploy, 'started', { file, now: 1_000, at: '' });
    await announceDeploy(say, deploy, 'success', { file, now: 61_000, at: '' });
    const thread = { channel: 'C0INC', ts: '1770000000.000100' };
    expect(said.map(({ place }) => place)).toEqual([
      { ts: undefined },
      { thread, ts: undefined },
      { ts: '1.1' },
      { thread, ts: '1.2' },
    ]);
    expect(said[2]?.text).toContain('in 1 min 0 s');
    expect(said[3]?.text).toContain('Merged and deployed');
  });

  test('is told to the channel even when a thread is out of reach', async () => {
    const { say, said } = slack('C0INC');
    await announceDeploy(say, deploy, 'started', { file: join(folder(), 'm.json'), now: 1_000, at: '' });
    expect(said.map(({ place }) => place)).toEqual([{ ts: undefined }]);
  });

  test('that failed is told anew when Slack never took the start', async () => {
    const file = join(folder(), 'message.json');
    const { say, said } = slack();
    await announceDeploy(say, { ...deploy, threads: [] }, 'failure', { file, now: 1_000, at: 'cdk deploy' });
    expect(said).toEqual([{ text: expect.stringContaining('failed at cdk deploy'), place: { ts: undefined } }]);
    expect(existsSync(file)).toBe(false);
  });
});

describe('the smoke test', () => {
  const answers = (...statuses: (number | Error)[]): typeof fetch => {
    let next = 0;
    return async () => {
      const answer = statuses[Math.min(next, statuses.length - 1)] ?? 500;
      next += 1;
      if (answer instanceof Error) throw answer;
      return new Response(answer === 418 ? 'body' : null, { status: answer === 418 ? 401 : answer });
    };
  };
  const run = (...statuses: (number | Error)[]) =>
    smokeTest('https://door', { send: answers(...statuses), pause: async () => undefined });

  test('passes when an unsigned request is refused, after a moment too', async () => {
    await expect(run(401)).resolves.toContain('refuses');
    await expect(run(new Error('ECONNREFUSED'), 500, 401)).resolves.toContain('refuses');
  });

  test.each([
    [200, 'it answered 200 to an unsigned request, not 401'],
    [500, 'it answered 500 to an unsigned request, not 401'],
    [418, 'it answered an unsigned request with a body'],
  ])('fails in one sentence on %s', async (status, why) => {
    await expect(run(status)).rejects.toThrow(why);
  });

  test('finds the door in what cdk wrote, or says that it is not there', () => {
    const file = join(folder(), 'cdk-outputs.json');
    writeFileSync(file, JSON.stringify({ CordonResponse: { SlackRequestUrl: 'https://x.example/' } }));
    expect(doorUrl(file)).toBe('https://x.example');
    writeFileSync(file, JSON.stringify({ CordonGithub: {} }));
    expect(() => doorUrl(file)).toThrow('names no CordonResponse.SlackRequestUrl');
  });
});

describe('cordon gitops', () => {
  test.each([
    [[], 'Usage: cordon gitops '],
    [['diff'], 'diff needs --base and --head'],
    [
      ['diff', '--base', '/nowhere', '--head', '/nowhere'],
      '/nowhere is not there: "cordon synth" writes such a folder.',
    ],
    [['diff', '--bare'], "Unknown option '--bare'"],
    [['announce', 'soon'], 'announce takes started, success, failure or cancelled.'],
    [['smoke', '--outputs', '/nowhere.json'], '/nowhere.json is not there: "npx cdk deploy --outputs-file'],
    [['stop', 'maybe'], 'stop takes approved or rejected.'],
  ])('asked with %j says so in one sentence, exit 2', async (argv, sentence) => {
    const said: string[] = [];
    const stream = () =>
      new Writable({
        write: (chunk, _, done) => {
          said.push(String(chunk));
          done();
        },
      });
    expect(await gitopsCommand(argv, { stdout: stream(), stderr: stream() })).toBe(2);
    expect(said.join('')).toContain(sentence);
    expect(said.join('').trim().split('\n')).toHaveLength(1);
  });
});
