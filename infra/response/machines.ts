import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  type CfnStateMachine,
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  DefinitionBody,
  LogLevel,
  type State,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Functions } from '../workflow/fragments';

export interface Machine {
  readonly machine: StateMachine;
  readonly arn: string;
  /** In the ARNs of its executions. */
  readonly name: string;
  /** Executions start here and keep the version they started on: a deploy never changes a running one. */
  readonly alias: string;
}

/** A Standard workflow with logs, tracing, a version of this very definition, and the alias `live` on it. */
export function makeMachine(
  scope: Construct,
  id: string,
  fns: Functions,
  workflow: (scope: Construct, fns: Functions) => State,
): Machine {
  const machine = new StateMachine(scope, id, {
    definitionBody: DefinitionBody.fromChainable(workflow(new Construct(scope, `${id}States`), fns)),
    tracingEnabled: true,
    logs: {
      destination: new LogGroup(scope, `${id}Log`, { retention: RetentionDays.ONE_YEAR }),
      level: LogLevel.ALL,
      // Task tokens pass through states: their data stays out of the logs; the history has it for ninety days.
      includeExecutionData: false,
    },
  });
  const version = new CfnStateMachineVersion(scope, `${id}Version`, {
    stateMachineArn: machine.stateMachineArn,
    // Another definition has another revision id, which replaces this resource: a new version, the old one kept.
    stateMachineRevisionId: (machine.node.defaultChild as CfnStateMachine).attrStateMachineRevisionId,
  });
  version.applyRemovalPolicy(RemovalPolicy.RETAIN);
  const alias = new CfnStateMachineAlias(scope, `${id}Live`, {
    name: 'live',
    routingConfiguration: [{ stateMachineVersionArn: version.attrArn, weight: 100 }],
  });
  return { machine, arn: machine.stateMachineArn, name: machine.stateMachineName, alias: alias.attrArn };
}
