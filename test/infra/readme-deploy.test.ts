import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { QUESTIONS } from '../../bin/init-answers';
import { EVERYTHING, templates } from './synthesized';

const ROOT = resolve(__dirname, '../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const operator = readFileSync(join(ROOT, 'runbooks/operator.md'), 'utf8');
const deploy = /\n## Deploy\n([\s\S]*?)\n## /.exec(readme)?.[1] ?? '';
/** Command lines, without their comments. */
const commands = [...deploy.matchAll(/^ {7}(\S.*)$/gm)].map(([, line = '']) => line.replace(/\s+# .*$/, ''));
const outputs = new Set([...templates(EVERYTHING).values()].flatMap(({ Outputs }) => Object.keys(Outputs ?? {})));

describe('the way to the first drill, as the README tells it', () => {
  it('names only outputs that the stacks have', () => {
    const named = [...`${deploy}${operator}`.matchAll(/[<.]([A-Z][A-Za-z]+(?:Arn|Name|Url|Role|Bucket|Secret))[>`]/g)];
    expect(named.length).toBeGreaterThan(8);
    for (const [, name = ''] of named) expect([name, outputs.has(name)]).toEqual([name, true]);
  });

  it('uses only commands that are there, with flags that they know', () => {
    const help = spawnSync(process.execPath, [join(ROOT, 'bin/cordon.mjs'), 'help'], { encoding: 'utf8' }).stdout;
    const ours = commands.flatMap((line) => [...line.matchAll(/npx cordon (\w+)([^&]*)/g)]);
    expect(ours.map(([, name]) => name)).toEqual(['init', 'policy', 'drill', 'init', 'doctor']);
    for (const [, name = '', rest = ''] of ours) {
      const known = name === 'init' ? QUESTIONS.map(({ flag }) => `--${flag}`).join(' ') : help;
      expect(help).toContain(`cordon ${name}`);
      for (const [flag] of rest.matchAll(/--\w+/g)) expect([name, known.includes(flag)]).toEqual([name, true]);
    }
  });

  it('comes to every step in an order in which it can be done', () => {
    const at = (words: string) => {
      const found = commands.findIndex((line) => line.includes(words));
      expect([words, found >= 0]).toEqual([words, true]);
      return found;
    };
    const steps = [
      'cordon init',
      'policy.yaml',
      'cdk bootstrap',
      'cdk deploy --all',
      'init --url',
      '<SlackSecretArn>',
      '<GithubSecretArn>',
      'gh variable set',
      '/cordon/analysis-image',
      'cordon doctor',
      'git push',
      'cordon:drill',
    ].map(at);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(deploy.indexOf('/ir drill i-…')).toBeGreaterThan(deploy.indexOf('Key=cordon:drill'));
  });

  it('lets jobs of main alone into every environment that it makes, and of pull requests into that of the records', () => {
    const [, made = ''] =
      /for name in ([\w -]+); do\n +gh api --method PUT[^\n]*\n[^\n]*-f name=main\n/.exec(deploy) ?? [];
    expect(made.split(' ')).toEqual(['production', 'drift', 'incident-reports', 'incident-records']);
    const [, sent = ''] = /policy='(.*)'/.exec(deploy) ?? [];
    expect(JSON.parse(sent)).toEqual({
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    const others = [...deploy.matchAll(/environments\/([\w-]+)\/deployment-branch-policies" -f name='([^']+)'/g)];
    expect(others.map(([, name, ref]) => [name, ref])).toEqual([['incident-records', 'refs/pull/*/merge']]);
  });

  it('leaves nothing behind that its "git add --all" would publish: secrets, outputs, evidence', () => {
    const left = [
      ...`${deploy}${operator}`.matchAll(/(?:file:\/\/|--outputs-file |--out |--output |s3 cp )([\w.-]+)/g),
    ];
    const files = [...new Set(left.map(([, file = '']) => file))].filter((file) => file !== '-');
    expect(files).toEqual(expect.arrayContaining(['slack.json', 'github.json', 'cdk-outputs.json', 'avml', 'drill']));
    const ignored = readFileSync(join(ROOT, '.gitignore'), 'utf8')
      .split('\n')
      .map((line) => line.replace(/^\/|\/$/g, ''));
    expect(files.filter((file) => !ignored.includes(file))).toEqual([]);
  });

  it('names every environment and variable that the workflows ask for', () => {
    const texts = ['deploy', 'drift', 'analysis-summary', 'record', 'symbols', 'approve-stop'].map((name) =>
      readFileSync(join(ROOT, `.github/workflows/${name}.yml`), 'utf8'),
    );
    const asked = (pattern: RegExp) => [
      ...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name))),
    ];
    for (const name of asked(/vars\.(\w+)/g)) expect([name, operator.includes(`\`${name}\``)]).toEqual([name, true]);
    for (const name of asked(/^ {4}environment: ([\w-]+)$/gm))
      expect([name, operator.includes(`\`${name}\``)]).toEqual([name, true]);
  });

  it('links to files and headings that are there', () => {
    for (const [, file = '', heading] of deploy.matchAll(/\]\(([\w./-]+)(?:#([\w-]+))?\)/g)) {
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
      const headings = heading === undefined ? '' : readFileSync(join(ROOT, file), 'utf8');
      const anchors = [...headings.matchAll(/^#+ (.*)$/gm)].map(([, words = '']) =>
        words.toLowerCase().replaceAll(' ', '-'),
      );
      if (heading !== undefined) expect(anchors).toContain(heading);
    }
  });
});
