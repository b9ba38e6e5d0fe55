import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Desk } from '../../lab/desk/desk';
import { closeStories, type FindingJson, finding, later, person, play, type Story, wordsOf } from '../support/story';

const DEPLOY = '.github/workflows/deploy.yml';
const DRIFT = '.github/workflows/drift.yml';
const RUNBOOK = 'Cordon-AnalyseDisk';
const TYPE = 'Trojan:EC2/DNSDataExfiltration';
const README = join(__dirname, '..', '..', 'README.md');
const DEPLOY_TIME = /(<!-- deploy time: UPDATE_DOCS=1 writes this line -->\n)[\s\S]*?(<!-- \/deploy time -->)/;
const SECOND = 1000;

/** The same finding on the next machine of the fleet, a day's work later. */
function nextFinding(desk: Desk): FindingJson {
  const time = new Date(desk.lab.clock.now()).toISOString();
  const text = JSON.stringify(finding())
    .replaceAll('i-0011222aa333333b4', 'i-0011222aa333333c5')
    .replaceAll('eni-0cee7e6414c0911ad', 'eni-0cee7e6414c0911be')
    .replaceAll('172.16.4.218', '172.16.4.219')
    .replaceAll('172-16-4-218', '172-16-4-219')
    .replaceAll('11111aa1122223bb344cc55555555555aa', '22222aa1122223bb344cc55555555555aa');
  return { ...JSON.parse(text), id: '22222aa11-2222-3bb3-44cc-55555555555aa', time };
}

/** A person merges what the bot proposed once the comment says what it deploys; the next machine is hit a minute later. */
function mergeWhenProposed(desk: Desk): void {
  const look = (): void => {
    // A comment that never comes is not waited for: the tests say which step failed.
    if (desk.github.runs.some(({ conclusion }) => conclusion === 'failure')) return;
    const [pull] = desk.github.repository.pulls;
    if (pull === undefined || desk.github.repository.commentsOn(pull.number).length === 0) {
      later(desk, 10 * SECOND, `look at ${desk.lab.clock.now()}`, look);
      return;
    }
    desk.github.merge(pull);
    later(desk, 45 * SECOND, 'the next finding', () => {
      const event = nextFinding(desk);
      desk.prepare(event);
      desk.lab.putEvent(event);
    });
  };
  look();
}

/** Somebody edits a runbook in the console, past git. */
function changeByHand({ lab }: Desk, name: string): void {
  const { documents } = lab.estates.at(lab.options.account, lab.options.region);
  const document = documents.get(name);
  if (document === undefined) throw new Error(`The lab has no document ${name}.`);
  documents.set(name, { ...document, content: { ...document.content, parameters: {} } });
}

function whenAskedToStop(desk: Desk, act: () => void): void {
  let asked = false;
  desk.lab.services.executions.onStateEntered(({ state }) => {
    if (state !== 'Gate stop: hold' || asked) return;
    asked = true;
    act();
  });
}

/** What the deploy's job called of Slack: channel and thread, started and done. */
function operations(story: Story): readonly string[] {
  const { rows } = story.desk.lab.services.recorder;
  const deploy = rows.findIndex(({ operation, userAgent }) => operation === 'AssumeRole' && userAgent === 'aws-cdk');
  const of = (some: typeof rows) =>
    some
      .filter((row) => row.function === 'github-actions' && /^chat\./.test(row.operation))
      .map((row) => row.operation);
  return [...of(rows.slice(0, deploy)).slice(-2), ...of(rows.slice(deploy)).slice(0, 2)];
}

describe('a finding type suppressed from the thread while its incident waits for the stop', () => {
  let story: Story;

  beforeAll(async () => {
    story = await play({
      decide: ['stop=approve'],
      before: (desk) => {
        whenAskedToStop(desk, () => {
          const words = `suppress ${TYPE} --reason "our own red team"`;
          later(desk, 2 * SECOND, 'suppress', () =>
            desk.slack.people.slashCommand(person(desk, 'carol'), desk.channel, words),
          );
          mergeWhenProposed(desk);
        });
      },
    });
  }, 600_000);
  afterAll(closeStories);

  it('becomes a pull request that a person merges', () => {
    const pull = story.desk.github.repository.pulls.find(({ title }) => title.startsWith('Only tell'));
    expect(pull).toMatchObject({ title: `Only tell ${TYPE}`, state: 'closed', mergedAt: expect.any(String) });
    expect(story.thread().join('\n')).toMatch(/Proposed to suppress .*pull\/1\|pull request/);
  });

  it('is commented on by the committed workflow: what it deploys, what widens permissions or network first', () => {
    const [run] = story.desk.github.runs.filter(({ workflow }) => workflow === '.github/workflows/ci.yml');
    expect(run?.steps.filter(({ exit }) => exit !== 0)).toEqual([]);
    const [comment, ...more] = story.desk.github.repository.commentsOn(1);
    expect(more).toEqual([]);
    const headings = [...(comment?.body ?? '').matchAll(/^##+ (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['What this deploys', 'Permissions that widen', 'Network that widens']);
    expect(comment?.body).toMatch(/Permissions that widen\n\nNothing\.\n\n### Network that widens\n\nNothing\./);
    expect(comment?.body).toMatch(/changed `CordonResponse\/Intake[0-9A-F]*` AWS::Lambda::Function: Code/);
  });

  it('is deployed by the committed workflow, which changes functions and nothing else of the response', () => {
    const [run] = story.desk.github.runs.filter(({ workflow }) => workflow === DEPLOY);
    expect(run?.steps.filter(({ exit }) => exit !== 0)).toEqual([]);
    expect(run?.conclusion).toBe('success');
    const committed = readFileSync(join(__dirname, '..', '..', DEPLOY), 'utf8');
    for (const { run: step } of run?.steps ?? []) expect(committed).toContain(step.split('@')[0]);
    const deployed = run?.steps.find(({ run: step }) => step.startsWith('npx cdk deploy'));
    expect(deployed?.log).toMatch(/Changed: .*CordonResponse\/Intake/);
    expect(deployed?.log).not.toMatch(/CordonEvidence|CordonQuarantine|CordonGithub/);
  });

  it('is told in the channel by one message, edited from started to done', () => {
    const told = story.desk.slack.workspace.messages.filter((message) => /Deploy(ing|ed) </.test(wordsOf(message)));
    expect(told).toHaveLength(1);
    expect(told[0]?.edits).toHaveLength(1);
    expect(operations(story)).toEqual(['chat.postMessage', 'chat.postMessage', 'chat.update', 'chat.update']);
    expect(told[0]?.text).toMatch(
      /Deployed .* To go back: `git fetch origin && .* git revert --no-edit -m 1 [0-9a-f]{40} /,
    );
  });

  it('takes as long from merge to message as the README says, within two seconds', () => {
    const merged = Date.parse(story.desk.github.repository.pulls[0]?.mergedAt ?? '');
    const told = story.desk.slack.workspace.messages.find((message) => /Deployed </.test(wordsOf(message)));
    const posted = Math.round(Number(told?.ts) - merged / SECOND);
    const done = Math.round((Date.parse(told?.edits[0]?.at ?? '') - merged) / SECOND);
    const line = `In the lab, from merge to the message that says so: ${posted} s; to the one that says it is deployed: ${done} s.`;
    const readme = readFileSync(README, 'utf8');
    if (process.env.UPDATE_DOCS === '1') writeFileSync(README, readme.replace(DEPLOY_TIME, `$1${line}\n$2`));
    const written = [...(DEPLOY_TIME.exec(readFileSync(README, 'utf8'))?.[0] ?? '').matchAll(/(\d+) s\b/g)].map(
      ([, seconds]) => Number(seconds),
    );
    expect(written).toHaveLength(2);
    for (const [index, measured] of [posted, done].entries())
      expect([index, measured > 0, Math.abs((written[index] ?? 0) - measured) <= 2]).toEqual([index, true, true]);
  });

  it('is followed in the thread to deployed', () => {
    expect(story.thread().join('\n')).toContain('Merged and deployed');
  });

  it('is in force for the next incident: told and not acted on', () => {
    const [, rows = []] = [...story.ledgers].find(([id]) => id !== story.incident?.id) ?? [];
    const events = rows.flatMap(({ events: all }) => all);
    expect(events).toContainEqual(expect.objectContaining({ type: 'FindingPosted' }));
    expect(events.map(({ type }) => type)).not.toContain('RunRequested');
    expect(story.effects('StopInstances')).toEqual(['i-0011222aa333333b4']);
  });

  it('leaves the parked incident on the playbook it was opened with', () => {
    expect(story.incident?.playbook?.name).toBe('default');
    expect(story.outcome).toBe('stopped');
    const started = story.desk.lab.services.executions.all().map(({ reference }) => reference.versionArn);
    expect(new Set(started).size).toBe(1);
  });
});

describe('an incident that is over', () => {
  let story: Story;
  const record = () => {
    const { repository } = story.desk.github;
    const pull = repository.pulls.find(({ title }) => title.startsWith('Record of'));
    return { pull, text: repository.file(`records/2020/${story.incident?.id}.md`, pull?.head) ?? '' };
  };

  beforeAll(async () => {
    story = await play({
      decide: ['stop=approve'],
      after: async (desk) => {
        changeByHand(desk, RUNBOOK);
        desk.github.schedule(DRIFT);
        await desk.lab.run(() => desk.github.underWay === 0);
        const [pull] = desk.github.repository.pulls;
        if (pull === undefined) throw new Error('nobody proposed a record');
        desk.github.merge(pull);
        await desk.lab.run(() => desk.github.underWay === 0);
      },
    });
  }, 600_000);
  afterAll(closeStories);

  it('becomes a pull request with its decisions, its verdict and the head of what was sealed', () => {
    const { pull, text } = record();
    expect(pull).toMatchObject({ title: `Record of ${story.incident?.id}: stopped`, state: 'closed' });
    expect(text).toContain(`Manifest head: \`${story.incident?.finalSeal?.head}\``);
    expect(text).toMatch(/\| `stop` \| `approve` \| `carol, dave` \|/);
    expect(text).toMatch(/Analysis: `Compromised/);
    expect(text.split('\n').filter((line) => line.includes('FinalSealed'))).toHaveLength(1);
  });

  it('has a thread that follows the record to its merge, behind the final seal', () => {
    const thread = story.thread();
    const at = (words: string) => thread.findIndex((line) => line.includes(words));
    expect(at('Sealed for good')).toBeGreaterThan(0);
    expect(at('is proposed. Merging it closes the file')).toBeGreaterThan(at('Sealed for good'));
    expect(at('the file of this incident is closed')).toBeGreaterThan(at('is proposed. Merging it closes the file'));
    expect(story.rows.at(-1)?.events.map(({ type }) => type)).toEqual(['FinalSealed']);
  });

  it('is looked at for drift by the committed workflow, as the lookup role: what main says, and a runbook changed by hand', () => {
    const [run] = story.desk.github.runs.filter(({ workflow }) => workflow === DRIFT);
    expect(run?.steps.filter(({ exit }) => exit !== 0).map(({ run: step }) => step)).toEqual([
      'node bin/cordon.mjs gitops drift',
    ]);
    expect(run?.steps.at(-1)?.log).toContain('There were no differences');
    const { account, region } = story.desk.lab.options;
    const assumed = story.desk.lab.services.recorder.rows.filter(({ operation }) => operation === 'AssumeRole');
    expect(assumed.flatMap(({ resources, outcome }) => (outcome === 'ok' ? resources : []))).toContain(
      `arn:aws:iam::${account}:role/cdk-hnb659fds-lookup-role-${account}-${region}`,
    );
    const told = story.desk.slack.workspace.messages.filter(({ text }) => text.startsWith('What runs is not'));
    expect(told.map(({ text }) => text.split(' <')[0])).toEqual([
      'What runs is not what main says. runbooks (SSM documents): CordonResponse/RunbookAnalyseDisk.',
    ]);
  });

  it('deploys nothing by its merge', () => {
    expect(story.desk.github.runs.map(({ workflow }) => workflow)).not.toContain(DEPLOY);
  });
});
