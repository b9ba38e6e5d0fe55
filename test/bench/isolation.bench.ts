import { REAL_DURATIONS } from '../../lab/estate/durations';
import { predecessorSeconds, stepTimes } from '../support/step-times';
import { closeStories, play } from '../support/story';

export interface IsolationMeasure {
  readonly name: 'isolation';
  /** From the first row of the ledger to proven isolation, on the lab's clock, which takes AWS's own times. */
  readonly seconds: number;
  /** Calls of AWS on the way, and how many of them change the instance or what hangs on it. */
  readonly calls: number;
  readonly changes: number;
  /** Parked tasks on the way: none, as nothing is waited for. */
  readonly waits: number;
  readonly predecessor_seconds: number;
  readonly predecessor_over_ours: number;
}

const READS = /^(Describe|Get|List|Head|Query|AssumeRole)/;
const ESTATE = new Set(['ec2', 'autoscaling', 'elasticloadbalancing', 'iam']);

/** One drill of the committed finding in the lab; the same figures on every machine, as the clock is virtual. */
export async function isolationBench(): Promise<readonly IsolationMeasure[]> {
  const story = await play({ decide: ['stop=reject'] });
  const seconds = stepTimes(story.rows).find(({ step }) => step === 'Prove the isolation')?.to;
  if (seconds === undefined) throw new Error('The drill proved no isolation.');
  const end = Date.parse(story.rows[0]?.at ?? '') + seconds * 1000;
  const calls = story.desk.lab.services.recorder.rows.filter(
    ({ at, outcome, statement }) => Date.parse(at) <= end && outcome === 'ok' && statement !== null,
  );
  const predecessor = predecessorSeconds(REAL_DURATIONS, seconds);
  await closeStories();
  return [
    {
      name: 'isolation',
      seconds: Number(seconds.toFixed(1)),
      calls: calls.length,
      changes: calls.filter(({ service, operation }) => ESTATE.has(service) && !READS.test(operation)).length,
      waits: calls.filter(({ operation, function: name }) => operation === 'Encrypt' && !name.startsWith('hold'))
        .length,
      predecessor_seconds: Math.ceil(predecessor),
      predecessor_over_ours: Number((predecessor / seconds).toFixed(1)),
    },
  ];
}
