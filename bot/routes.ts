/** The three paths Slack posts to; the app manifest, the front door and the HTTP API are made from this. */
export const SLACK_ROUTES = {
  commands: '/slack/commands',
  interactions: '/slack/interactions',
  events: '/slack/events',
} as const;

export type SlackRoute = (typeof SLACK_ROUTES)[keyof typeof SLACK_ROUTES];

/** What each path may carry: forms for commands and clicks, JSON for events (Slack's own choice, not ours). */
export const ROUTE_CONTENT_TYPE: Readonly<Record<SlackRoute, string>> = {
  '/slack/commands': 'application/x-www-form-urlencoded',
  '/slack/interactions': 'application/x-www-form-urlencoded',
  '/slack/events': 'application/json',
};

export function slackRoute(path: string): SlackRoute | undefined {
  return Object.values(SLACK_ROUTES).find((route) => path === route || path.endsWith(route));
}
