import type { Assembly } from '../../lab/assembly/assembly';
import type { Desk } from '../../lab/desk/desk';
import { closeStories, type FindingJson, finding, later, play, type Story } from '../support/story';
import { storyAssembly } from '../support/story-assembly';

const SECOND = 1000;
/** A retry less: another definition, that still ends. */
const [BEFORE, AFTER] = ['\\"MaxAttempts\\":5', '\\"MaxAttempts\\":4'] as const;

/** The assembly with another definition of its workflows. */
function changedWorkflow(assembly: Assembly): Assembly {
  const text = JSON.stringify(assembly.stacks.map(({ template }) => template));
  if (!text.includes(BEFORE)) throw new Error(`No workflow says ${BEFORE}.`);
  const stacks = assembly.stacks.map((stack) => ({
    ...stack,
    template: JSON.parse(JSON.stringify(stack.template).replaceAll(BEFORE, AFTER)),
  }));
  return { ...assembly, stacks };
}

/** The same finding on the next machine of the fleet. */
function nextFinding(desk: Desk): FindingJson {
  const text = JSON.stringify(finding())
    .replaceAll('i-0011222aa333333b4', 'i-0011222aa333333c5')
    .replaceAll('eni-0cee7e6414c0911ad', 'eni-0cee7e6414c0911be')
    .replaceAll('172.16.4.218', '172.16.4.219')
    .replaceAll('11111aa1122223bb344cc55555555555aa', '22222aa1122223bb344cc55555555555aa');
  const time = new Date(desk.lab.clock.now()).toISOString();
  return { ...JSON.parse(text), id: '22222aa11-2222-3bb3-44cc-55555555555aa', time };
}

describe('a changed workflow deployed while an execution is parked at a gate', () => {
  let story: Story;
  let changed: readonly string[] = [];

  beforeAll(async () => {
    const other = changedWorkflow(await storyAssembly());
    story = await play({
      // The second of a group within the hour asks before it isolates.
      decide: ['stop=approve', 'contain=approve'],
      before: (desk) => {
        let deployed = false;
        desk.lab.services.executions.onStateEntered(({ state }) => {
          if (state !== 'Gate stop: hold' || deployed) return;
          deployed = true;
          later(desk, SECOND, 'deploy', () => {
            changed = desk.lab.update(other).changed;
            const event = nextFinding(desk);
            desk.prepare(event);
            desk.lab.putEvent(event);
          });
        });
      },
    });
  }, 300_000);
  afterAll(closeStories);

  const runs = () => story.desk.lab.services.executions.all();

  it('changes machines, their versions and aliases, and no function', () => {
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.filter((name) => !/CordonResponse\/(Respond|Release)/.test(name))).toEqual([]);
  });

  it('lets the parked execution end on the version it started on, and starts the next on the new one', () => {
    const versions = runs().map(({ reference }) => reference.versionArn);
    expect(versions).toHaveLength(2);
    expect(new Set(versions).size).toBe(2);
    expect(runs().map(({ result }) => result?.status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  it('stops both machines all the same', () => {
    expect([...story.effects('StopInstances')].sort()).toEqual(['i-0011222aa333333b4', 'i-0011222aa333333c5']);
  });
});
