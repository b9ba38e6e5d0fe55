import { INVOKE, PARK } from '../lab/asl/virtual-host';

/** What answers a parked task, so many ms after its token is known. */
export interface Answer {
  afterMs: number;
  send: 'success' | 'failure' | 'heartbeat';
}

/** A small machine that both interpreters run. */
export interface Case {
  title: string;
  definition: object;
  input?: unknown;
  answers?: readonly Answer[];
  /** Branches interleave freely: compare the names entered as a set with counts. */
  unordered?: boolean;
  /** Where moto does not do what AWS documents or was measured to do: the fact, and what must come out instead. */
  deviation?: { fact: string; expected: Expected };
}
export type Expected = { status: string; output?: unknown; error?: string };

export const MISSING_TABLE = 'DynamoDb.ResourceNotFoundException';

export const PASS = { Type: 'Pass' };
export const BOOM = { Type: 'Fail', Error: 'Boom', Cause: 'because' };
export const ECHO = { Type: 'Task', Resource: INVOKE, Parameters: { FunctionName: 'echo', 'Payload.$': '$' } };
export const FAILING = {
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:dynamodb:getItem',
  Parameters: { TableName: 'missing', Key: { id: { S: '1' } } },
};
export const PARKED = {
  Type: 'Task',
  Resource: PARK,
  Parameters: { FunctionName: 'echo', Payload: { 'token.$': '$$.Task.Token' } },
};
export const CAUGHT = { Type: 'Pass', Parameters: { 'error.$': '$.Error' }, End: true };
export const catching = (...names: string[]) => ({ Catch: [{ ErrorEquals: names, Next: 'Caught' }], End: true });
