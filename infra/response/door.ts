import { CfnOutput } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** What Slack may call. One route per kind of payload: the route binds the content type, so a replay cannot change it. */
export const SLACK_ROUTES = ['/slack/commands', '/slack/interactions', '/slack/events'] as const;

const ACCESS_LOG = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  error: '$context.integrationErrorMessage',
};

/** The only address of ours the internet sees: three POST routes, throttled, logged, into the edge function. */
export function makeDoor(scope: Construct, edge: IFunction): HttpApi {
  const api = new HttpApi(scope, 'Door', {
    description: 'Cordon: requests signed by Slack',
    createDefaultStage: false,
  });
  const log = new LogGroup(scope, 'DoorLog', { retention: RetentionDays.ONE_YEAR });
  api.addStage('Stage', {
    stageName: '$default',
    autoDeploy: true,
    // A busy incident channel clicks a few times a second; 50/s with a burst of 100 leaves room and caps a flood.
    throttle: { rateLimit: 50, burstLimit: 100 },
    // Never a body, never a header: a signature in a log could be replayed for five minutes.
    accessLogSettings: {
      destination: new LogGroupLogDestination(log),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    },
    detailedMetricsEnabled: true,
  });
  const integration = new HttpLambdaIntegration('Edge', edge);
  for (const path of SLACK_ROUTES) api.addRoutes({ path, methods: [HttpMethod.POST], integration });
  new CfnOutput(scope, 'SlackRequestUrl', {
    value: api.apiEndpoint,
    description: 'Put this into the Slack app manifest',
  });
  return api;
}
