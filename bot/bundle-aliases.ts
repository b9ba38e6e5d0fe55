/**
 * What the bundle of the Slack function takes instead (read by infra/bundle.ts; paths are relative to this folder).
 * Bolt imports servers, OAuth and sockets that a function behind API Gateway never reaches; and the edge makes six kinds
 * of AWS calls and six of Slack, for which small clients do (core/adapters/aws/light, core/adapters/slack/light-web-api.ts).
 */
export const BUNDLE_ALIASES: Readonly<Record<string, string>> = {
  express: './slim/empty.ts',
  'body-parser': './slim/empty.ts',
  'iconv-lite': './slim/empty.ts',
  'raw-body': './slim/empty.ts',
  'path-to-regexp': './slim/empty.ts',
  '@slack/socket-mode': './slim/empty.ts',
  '@slack/oauth': './slim/empty.ts',
  '@slack/web-api': '../core/adapters/slack/light-web-api.ts',
  '@aws-sdk/client-dynamodb': '../core/adapters/aws/light/dynamodb.ts',
  '@aws-sdk/client-secrets-manager': '../core/adapters/aws/light/secrets-manager.ts',
};

/** Bolt's own files for receivers and features that are never made here: left out by infra/bundle.ts as well. */
export const LEFT_OUT =
  /[\\/]@slack[\\/]bolt[\\/]dist[\\/](?:Assistant|AssistantThreadContextStore|receivers[\\/](?:ExpressReceiver|HTTPReceiver|HTTPModuleFunctions|HTTPResponseAck|SocketModeReceiver|SocketModeFunctions|SocketModeResponseAck|BufferedIncomingMessage|ParamsIncomingMessage|custom-routes|render-html-for-install-path|verify-redirect-opts))\.js$/;
