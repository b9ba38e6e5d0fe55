import { SHORTCUT } from '../action-ids';
import { SLACK_ROUTES } from '../routes';
import { COMMAND_ROWS, usageOf } from './table';

/** Slack shows one line beside `/ir`; the most used commands stand in it. */
const HINT = 'isolate i-… | forensics status | list | help [command]';

/** What the bot needs and why. Nothing here reads messages it is not part of. */
const BOT_SCOPES = [
  'app_mentions:read', // `@cordon …` in threads, where Slack takes no slash commands
  'channels:history', // look for our own message after an answer was lost
  'channels:join', // come back to a public channel we were removed from
  'channels:read',
  'chat:write',
  'commands',
  'files:write', // the report, timelines
  'groups:history',
  'groups:read',
  'usergroups:read', // roles by user group
  'users:read', // guests and people of other organisations are told apart before anything is done
] as const;

const EVENTS = ['app_home_opened', 'app_mention'] as const;

function features(commandsUrl: string) {
  return {
    app_home: { home_tab_enabled: true, messages_tab_enabled: false, messages_tab_read_only_enabled: true },
    bot_user: { display_name: 'cordon', always_online: true },
    shortcuts: [
      {
        name: 'Attach to incident',
        type: 'message',
        callback_id: SHORTCUT.attach,
        description: 'Keep this message as a note of an incident',
      },
      {
        name: 'Start a response',
        type: 'global',
        callback_id: SHORTCUT.start,
        description: 'Open an incident on an instance',
      },
    ],
    slash_commands: [
      {
        command: '/ir',
        url: commandsUrl,
        description: 'Incident response on an EC2 instance',
        usage_hint: HINT,
        should_escape: true,
      },
    ],
  };
}

/**
 * The Slack app as data (https://docs.slack.dev/reference/app-manifest), made from the command table. `origin` is where
 * the HTTP API lives: `https://abc.execute-api.eu-west-1.amazonaws.com`.
 */
export function appManifest(origin: string) {
  const url = (path: string) => `${origin}${path}`;
  return {
    display_information: {
      name: 'Cordon',
      description: 'Runs the first hours of an EC2 compromise with you.',
      background_color: '#1d2733',
    },
    features: features(url(SLACK_ROUTES.commands)),
    oauth_config: { scopes: { bot: [...BOT_SCOPES] } },
    settings: {
      event_subscriptions: { request_url: url(SLACK_ROUTES.events), bot_events: [...EVENTS] },
      interactivity: { is_enabled: true, request_url: url(SLACK_ROUTES.interactions) },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: false,
    },
  };
}

/** The README's table of commands. */
export function commandTable(): string {
  const rows = COMMAND_ROWS.map((row) => `| \`/ir ${usageOf(row).replaceAll('|', '\\|')}\` | ${row.summary} |`);
  return ['| Command | What it does |', '| --- | --- |', ...rows].join('\n');
}
