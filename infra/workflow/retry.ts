import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { ERROR_NAMES } from '../../core/errors';

/**
 * What a Lambda task may retry: our own Transient, the service's faults, and a function that died (steps are
 * re-entrant, so a crash is retried). 2 s, 4, 8, 16, 32: five attempts in about a minute, fully jittered.
 * Names: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
 */
export const RETRY_TASK: RetryProps = {
  errors: [
    ERROR_NAMES.transient,
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
    'Lambda.Unknown',
    'Runtime.ExitError',
    'Sandbox.Timedout',
  ],
  interval: Duration.seconds(2),
  maxAttempts: 5,
  backoffRate: 2,
  jitterStrategy: JitterType.FULL,
};
