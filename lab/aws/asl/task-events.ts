import type { Resource } from './definition';
import type { EventDetails, HistoryEventType } from './history-event';
import { failureDetails, inputDetails, outputDetails } from './history-event';
import type { Json } from './json';
import type { StatesError } from './states-error';

type Entry = readonly [HistoryEventType, EventDetails];
export interface TaskLimits {
  timeoutInSeconds?: number;
  heartbeatInSeconds?: number;
}

/** The names and details under which a task's life is recorded: a service integration's, or those of a bare function ARN. */
export interface TaskEvents {
  scheduled: (parameters: Json, limits: TaskLimits) => Entry;
  started: Entry;
  submitted: (output: Json) => Entry;
  succeeded: (output: Json) => Entry;
  failed: (error: StatesError) => Entry;
  timedOut: (error: StatesError) => Entry;
}

/** How the host is told what to call. */
export function resourceName(resource: Resource): string {
  if (resource.kind === 'function') return resource.arn;
  return `${resource.service}:${actionName(resource)}`;
}

function actionName(resource: Extract<Resource, { kind: 'integration' }>): string {
  return resource.waitForToken ? `${resource.action}.waitForTaskToken` : resource.action;
}

export function taskEvents(resource: Resource, region: string): TaskEvents {
  return resource.kind === 'function'
    ? functionEvents(resource.arn)
    : integrationEvents({ resourceType: resource.service, resource: actionName(resource) }, region);
}

function integrationEvents(on: { resourceType: string; resource: string }, region: string): TaskEvents {
  return {
    scheduled: (parameters, limits) => [
      'TaskScheduled',
      { taskScheduledEventDetails: { ...on, region, parameters: JSON.stringify(parameters), ...limits } },
    ],
    started: ['TaskStarted', { taskStartedEventDetails: on }],
    submitted: (output) => ['TaskSubmitted', { taskSubmittedEventDetails: { ...on, ...outputDetails(output) } }],
    succeeded: (output) => ['TaskSucceeded', { taskSucceededEventDetails: { ...on, ...outputDetails(output) } }],
    failed: (error) => ['TaskFailed', { taskFailedEventDetails: { ...on, ...failureDetails(error) } }],
    timedOut: (error) => ['TaskTimedOut', { taskTimedOutEventDetails: { ...on, ...failureDetails(error) } }],
  };
}

function functionEvents(arn: string): TaskEvents {
  const succeeded = (output: Json): Entry => [
    'LambdaFunctionSucceeded',
    { lambdaFunctionSucceededEventDetails: outputDetails(output) },
  ];
  return {
    scheduled: (parameters, limits) => [
      'LambdaFunctionScheduled',
      { lambdaFunctionScheduledEventDetails: { resource: arn, ...inputDetails(parameters), ...limits } },
    ],
    started: ['LambdaFunctionStarted', {}],
    // A function ARN has no token to wait for, so nothing is ever only submitted.
    submitted: succeeded,
    succeeded,
    failed: (error) => ['LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: failureDetails(error) }],
    timedOut: (error) => ['LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: failureDetails(error) }],
  };
}
