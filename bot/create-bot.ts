import { App, AwsLambdaReceiver, LogLevel } from '@slack/bolt';
import type { HomeView, KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { describeError } from '../core/errors';
import type { Bot } from './bot';
import type { Log } from './commands/run-command';
import type { AcceptedRequest, HttpResponse } from './front-door';
import { listenToGateButtons } from './listeners/gate-votes';
import { listenToHome } from './listeners/home';
import { listenToCommand } from './listeners/ir-command';
import { listenToMentions } from './listeners/mention';
import { listenToModals } from './listeners/modals';
import { listenToPicks, listenToRunButtons } from './listeners/run-buttons';
import { listenToShortcuts } from './listeners/shortcuts';
import type { Views } from './listeners/show-reply';

export interface SlackCredentials {
  readonly signingSecret: string;
  readonly botToken: string;
}

/** The four calls the edge makes, over Slack's Web API. */
export function slackViews(client: WebClient): Views {
  return {
    async open(trigger, view) {
      const answer = await client.views.open({ trigger_id: trigger, view });
      return answer.view?.id;
    },
    async update(viewId, view) {
      await client.views.update({ view_id: viewId, view });
    },
    async publishHome(user, blocks) {
      const view: HomeView = { type: 'home', blocks: [...blocks] as KnownBlock[] };
      await client.views.publish({ user_id: user, view });
    },
    async whisper(channel, user, thread, said) {
      const { text } = said;
      const blocks = [...said.blocks] as KnownBlock[];
      await client.chat.postEphemeral({ channel, user, text, blocks, ...(thread ? { thread_ts: thread } : {}) });
    },
  };
}

/**
 * Bolt behind the front door. `authorize` is a function, so nothing is asked of the network at start; the signature was
 * checked by the door (over bytes, both ways in time, once), so Bolt's weaker check is off.
 */
export function createBot(
  credentials: SlackCredentials,
  bot: Bot,
  client: WebClient,
  log: Log,
): (request: AcceptedRequest) => Promise<HttpResponse> {
  const receiver = new AwsLambdaReceiver({
    signingSecret: credentials.signingSecret,
    signatureVerification: false,
    logLevel: LogLevel.ERROR,
  });
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: credentials.botToken }),
    clientOptions: {
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: 2_500,
      allowAbsoluteUrls: false,
    },
    convoStore: false,
    ignoreSelf: false,
    logLevel: LogLevel.ERROR,
  });
  app.error(async (error) => log({ level: 'error', message: 'a listener failed', error: describeError(error) }));
  const views = slackViews(client);
  listenToCommand(app, bot, views, log);
  listenToMentions(app, bot, views, log);
  listenToGateButtons(app, bot, views, log);
  listenToRunButtons(app, bot, views, log);
  listenToPicks(app, bot, views, log);
  listenToModals(app, bot, log);
  listenToShortcuts(app, bot, views, log);
  listenToHome(app, bot, views, log);
  const handle = receiver.toHandler();
  return async (request) => {
    const answer: unknown = await handle(boltEvent(request), {});
    return httpResponse(answer);
  };
}

/** What Bolt's receiver reads of an API Gateway event; the header is named as it looks it up. */
function boltEvent(request: AcceptedRequest): Parameters<ReturnType<AwsLambdaReceiver['toHandler']>>[0] {
  const headers = { 'Content-Type': request.headers['content-type'] ?? '' };
  const event = {
    body: request.body,
    headers,
    isBase64Encoded: false,
    rawPath: request.rawPath,
    path: request.rawPath,
  };
  return event as unknown as Parameters<ReturnType<AwsLambdaReceiver['toHandler']>>[0];
}

function httpResponse(answer: unknown): HttpResponse {
  const { statusCode = 500, headers, body = '' } = (answer ?? {}) as Partial<HttpResponse>;
  return headers ? { statusCode, headers, body } : { statusCode, body };
}
