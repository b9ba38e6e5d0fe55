import type { Functions } from '../lambda/functions';
import type { Platform } from '../platform';
import type { AccessCheck } from '../service';
import type { Queues } from '../sqs/queues';
import type { Deliver, Rule, Target } from './bus';

export interface DeliverParts {
  readonly platform: Platform;
  readonly functions: Functions;
  readonly queues: Queues;
  readonly startExecution: (machineArn: string, input: string) => void;
  readonly forward: (busArn: string, event: string) => void;
}

/** Hands events to Lambda, SQS, Step Functions and other buses, each only as far as its policies let EventBridge in. */
export function eventDelivery(parts: DeliverParts): Deliver {
  return async (target, rule, body) => {
    const service = target.arn.split(':')[2] ?? '';
    const action = ACTIONS[service];
    if (action === undefined) throw new Error(`The lab does not model ${target.arn} as a target of an event rule.`);
    if (!allowed(parts, target, rule, action)) return false;
    switch (service) {
      case 'lambda':
        void parts.functions.invokeAsync(target.arn, JSON.parse(body));
        return true;
      case 'sqs':
        parts.queues.send(target.arn, body, { group: target.messageGroup });
        return true;
      case 'states':
        parts.startExecution(target.arn, body);
        return true;
      default:
        parts.forward(target.arn, body);
        return true;
    }
  };
}

const ACTIONS: Readonly<Record<string, string>> = {
  lambda: 'lambda:InvokeFunction',
  sqs: 'sqs:SendMessage',
  states: 'states:StartExecution',
  events: 'events:PutEvents',
};

function allowed({ platform }: DeliverParts, target: Target, rule: Rule, action: string): boolean {
  const check: AccessCheck = { action, resource: target.arn, context: { 'aws:SourceArn': rule.arn } };
  const account = rule.arn.split(':')[4] ?? '';
  const decision =
    target.roleArn === undefined
      ? platform.access.decideService('events.amazonaws.com', check)
      : platform.access.decide({ accessKeyId: '', account, roleArn: target.roleArn, session: 'events' }, [check]);
  if (decision.allowed) return true;
  platform.recorder.record({
    function: `rule ${rule.name}`,
    codeSha256: null,
    requestId: '',
    userAgent: 'events.amazonaws.com',
    service: target.arn.split(':')[2] ?? '',
    operation: action.split(':')[1] ?? '',
    resources: [target.arn],
    allowed: false,
    statement: decision.statement,
    outcome: 'AccessDenied',
    call: null,
  });
  return false;
}
