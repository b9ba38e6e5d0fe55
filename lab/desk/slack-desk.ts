import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Policy } from '../../core/policy/schema';
import type { CallRow } from '../aws/recorder';
import type { WireHandler } from '../aws/wire-server';
import { ENDPOINTS, type Lab } from '../lab';
import { SlackDouble } from '../slack/double';
import { SlackPeople } from '../slack/person';
import { slackWire } from '../slack/wire';
import { type SlackUser, Workspace } from '../slack/workspace';

/** Paths of bot/routes.ts as Slack is told of them in the app manifest. */
const PATHS = { commands: '/slack/commands', interactions: '/slack/interactions', events: '/slack/events' } as const;

/** People who are in the workspace and whom policy does not know. */
const OTHERS: readonly SlackUser[] = [
  { id: 'U0GUEST01', name: 'Gail (guest)', guest: true },
  { id: 'U0STRANGE', name: 'Stan (another organisation)', stranger: true },
];

export interface SlackDesk {
  readonly workspace: Workspace;
  readonly double: SlackDouble;
  readonly people: SlackPeople;
}

/** A workspace of policy's people with one channel for incidents. Its secrets derive from the seed. */
export function makeWorkspace(policy: Policy, channel: string, seed: string, now: () => Date): Workspace {
  const known = Object.entries(policy.persons).flatMap(([person, { name, slack }]) =>
    slack.map((id, i): SlackUser => ({ id, person, name: i === 0 ? name : `${name} (${i + 1})` })),
  );
  return new Workspace({ seed, users: [...known, ...OTHERS], channels: [{ id: channel, name: 'incidents' }], now });
}

const MANIFEST = z.object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) });

/** The app of this workspace was made from the committed manifest. */
function manifestScopes(): readonly string[] {
  const text = readFileSync(join(__dirname, '..', '..', 'bot', 'manifest.yaml'), 'utf8');
  return MANIFEST.parse(parse(text)).oauth_config.scopes.bot;
}

/** Puts the workspace behind the lab's Slack address; `seen` hears of every call after it took effect. */
export async function attachSlack(lab: Lab, workspace: Workspace, seen: () => void): Promise<SlackDesk> {
  const base = () => (ENDPOINTS.SLACK_API_URL ?? '').replace(/api\/$/, '');
  const double = new SlackDouble(workspace, base);
  await lab.attach(
    'slack',
    reachable(
      lab,
      slackWire(
        double,
        (call) => {
          lab.services.recorder.record({
            ...callerOf(lab, call.callId),
            userAgent: call.userAgent,
            service: 'slack',
            operation: call.operation,
            resources: call.resources,
            outcome: call.outcome,
          });
          seen();
        },
        manifestScopes(),
      ),
    ),
  );
  const people = new SlackPeople(double, PATHS, base, async (path, request) => {
    const { method, headers, body } = request;
    const answer = await lab.services.apis.request({ method, path, headers, body: Buffer.from(body) });
    seen();
    return answer;
  });
  return { workspace, double, people };
}

/** Other processes cannot reach the ports that functions are told: URLs in answers to them carry the real one. */
function reachable(lab: Lab, handler: WireHandler): WireHandler {
  const nominal = new URL(ENDPOINTS.SLACK_API_URL ?? '').origin;
  return {
    ...handler,
    async handle(request) {
      const answer = await handler.handle(request);
      if (answer === 'cut' || request.callId !== undefined || typeof answer.body !== 'string') return answer;
      return { ...answer, body: answer.body.replaceAll(nominal, lab.realUrl(nominal)) };
    },
  };
}

/** Who called, from the number every sandbox puts on its calls; other processes are GitHub's runner. */
export function callerOf(
  lab: Lab,
  callId: string | undefined,
): Pick<CallRow, 'function' | 'codeSha256' | 'requestId' | 'allowed' | 'statement' | 'call'> {
  const name = callId?.split('/')[0] ?? '';
  const fn = lab.services.functions
    .all()
    .find(({ label, versions }) => [label, versions.latest.settings.name].includes(name));
  return {
    function: fn?.label ?? (name || 'github-actions'),
    codeSha256: fn?.versions.latest.codeSha256 ?? null,
    requestId: callId ?? '',
    allowed: true,
    statement: null,
    call: callId ?? null,
  };
}
