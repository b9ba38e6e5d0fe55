import { ERROR_NAMES } from '../errors';
import type { TaskTokens } from '../ports/task-tokens';
import type { Wait, Waits } from '../ports/waits';
import type { WaitAnswer, WorkflowEngine } from '../ports/workflow-engine';

export interface Answering {
  readonly waits: Waits;
  readonly tokens: TaskTokens;
  readonly engine: Pick<WorkflowEngine, 'succeed' | 'fail'>;
}

/** What a parked task is told: an answer, or an error it fails with. */
export type Settlement = WaitAnswer | { readonly answer: 'fail'; readonly error: string; readonly cause: string };

export const ABORTED: Settlement = {
  answer: 'fail',
  error: ERROR_NAMES.aborted,
  cause: 'The run was ended by a person.',
};

/**
 * Answers a parked task: send first, mark after, so that a crash between the two only sends again. Step Functions then
 * says the task is gone, which is as good as answered (an expired one is the workflow's own business).
 */
export async function answerWait(answering: Answering, wait: Wait, settlement: Settlement): Promise<'ok' | 'gone'> {
  const token = await answering.tokens.open(wait.incident, wait.sealedToken);
  const sent =
    settlement.answer === 'fail'
      ? await answering.engine.fail(token, settlement.error, settlement.cause)
      : await answering.engine.succeed(token, settlement);
  await answering.waits.answered(wait);
  return sent;
}
