import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import * as z from 'zod';
import { type DoctorWiring, doctorWiring } from '../core/adapters/aws/doctor-wiring';
import { installationPermissions } from '../core/adapters/github/installation';
import { slackClient } from '../core/adapters/slack/web-client';
import { type Diagnosis, type DoctorPorts, diagnose, type Expected } from '../core/doctor/checks';
import { describeError, NeedsHuman } from '../core/errors';
import { loadRulebook } from '../core/policy/load';
import type { CommandIo } from './io';

const ROOT = resolve(__dirname, '..');
const SIGNS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

const OUTPUTS = z.object({
  CordonResponse: z.object({
    SlackRequestUrl: z.string(),
    SlackSecretArn: z.string(),
    GithubSecretArn: z.string(),
    EvidenceBucketName: z.string(),
    SigningKeyArn: z.string(),
    AnalysisImage: z.string(),
    QuarantineVpc: z.string(),
    GithubRepository: z.string(),
  }),
  CordonGithub: z.record(z.string(), z.string()),
});
type Outputs = z.output<typeof OUTPUTS>['CordonResponse'] & { readonly roles: Readonly<Record<string, string>> };

/** `cordon doctor`: looks at a deployment and changes nothing. Exit 0 when nothing fails, 1 when something does. */
export async function doctorCommand(argv: readonly string[], io: CommandIo, root = ROOT): Promise<number> {
  const asked = readArguments(argv, root);
  if (typeof asked === 'string') {
    io.stderr.write(`cordon doctor: ${asked}\n`);
    return 2;
  }
  try {
    const aws = wiringFor(asked.outputs);
    const stranger = await strangerTo(aws, asked.outputs);
    if (stranger !== undefined) {
      io.stderr.write(`cordon doctor: ${stranger}\n`);
      return 1;
    }
    const found = await diagnose(portsFor(aws, asked.outputs), expectedFrom(root, asked.outputs));
    io.stdout.write(asked.json ? `${JSON.stringify(found)}\n` : inWords(found));
    return found.some(({ state }) => state === 'fail') ? 1 : 0;
  } catch (error) {
    io.stderr.write(`cordon doctor: ${describeError(error).message}\n`);
    return 1;
  }
}

function readArguments(argv: readonly string[], root: string): { outputs: Outputs; json: boolean } | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { outputs: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const file = values.outputs ?? join(root, 'cdk-outputs.json');
    if (!existsSync(file))
      return `${file} is not there: "npx cdk deploy --all --outputs-file cdk-outputs.json" writes it.`;
    const json = jsonOf(readFileSync(file, 'utf8'));
    if (json === undefined)
      return `${file} is not JSON: "npx cdk deploy --all --outputs-file cdk-outputs.json" writes it.`;
    const parsed = OUTPUTS.safeParse(json);
    if (parsed.success) {
      const roles = Object.entries(parsed.data.CordonGithub).filter(([name]) => name.endsWith('RoleArn'));
      const named = Object.fromEntries(roles.map(([name, arn]) => [name.replace(/Arn$/, ''), arn]));
      return { outputs: { ...parsed.data.CordonResponse, roles: named }, json: values.json };
    }
    return `${file} lacks ${parsed.error.issues[0]?.path.join('.')}: deploy this version, then look again.`;
  } catch (error) {
    return describeError(error).message;
  }
}

function inWords(found: readonly Diagnosis[]): string {
  const lines = found.map(({ check, state, says, todo }) => {
    const line = `${SIGNS[state]}  ${check}: ${says}.`;
    return todo === undefined ? line : `${line}\n      ${todo}`;
  });
  const bad = found.filter(({ state }) => state !== 'ok').length;
  return `${lines.join('\n')}\n${bad === 0 ? 'All is well.' : `${bad} of ${found.length} need a look.`}\n`;
}

/** What the repository says there should be. */
function expectedFrom(root: string, outputs: Outputs): Expected {
  const text = readFileSync(join(root, 'bot/manifest.yaml'), 'utf8');
  const manifest = z
    .object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) })
    .parse(parse(text));
  return {
    policy: loadRulebook(root).policy,
    scopes: manifest.oauth_config.scopes.bot,
    manifestUrls: [...text.matchAll(/https:\/\/\S+/g)].map(([url]) => url),
    door: outputs.SlackRequestUrl,
    repository: outputs.GithubRepository,
  };
}

/** Where the deployment is: `arn:aws:secretsmanager:<region>:<account>:…`. */
function placeOf({ SlackSecretArn }: Outputs): { readonly region: string; readonly account: string } {
  const [, , , region = '', account = ''] = SlackSecretArn.split(':');
  return { region, account };
}

/** Why nothing can be looked at, once, where every check would have said it again. */
async function strangerTo(aws: DoctorWiring, outputs: Outputs): Promise<string | undefined> {
  const { account } = placeOf(outputs);
  try {
    const own = await aws.account();
    if (own === account) return undefined;
    return `you are signed in to account ${own}, the deployment is in ${account}: sign in there, then look again.`;
  } catch (error) {
    const why = describeError(error).message.replace(/\.$/, '');
    return `AWS does not say who you are (${why}): sign in to account ${account}, then look again.`;
  }
}

function wiringFor(outputs: Outputs): DoctorWiring {
  return doctorWiring({
    region: placeOf(outputs).region,
    bucket: outputs.EvidenceBucketName,
    image: outputs.AnalysisImage,
    signingKey: outputs.SigningKeyArn,
    vpc: outputs.QuarantineVpc,
    roles: outputs.roles,
  });
}

function portsFor(aws: DoctorWiring, outputs: Outputs): DoctorPorts {
  const slack = async () => {
    const text = await aws.secretText(outputs.SlackSecretArn);
    const token: unknown = text === undefined ? undefined : jsonOf(text)?.botToken;
    if (typeof token !== 'string') throw new NeedsHuman('the Slack secret has no botToken yet');
    return slackClient(token, process.env.SLACK_API_URL, 10_000);
  };
  return {
    ...aws.look,
    async slackIdentity() {
      const answer = await (await slack()).auth.test();
      const scopes = answer.response_metadata?.scopes ?? [];
      return { team: answer.team ?? 'an unnamed workspace', scopes, date: await slackTime() };
    },
    async groupMembers(usergroup) {
      const answer = await (await slack()).usergroups.users.list({ usergroup });
      return answer.users?.length ?? 0;
    },
    async secretFields(which) {
      const text = await aws.secretText(which === 'slack' ? outputs.SlackSecretArn : outputs.GithubSecretArn);
      const json = text === undefined ? undefined : jsonOf(text);
      return json === undefined ? undefined : Object.keys(json);
    },
    async githubPermissions() {
      const text = await aws.secretText(outputs.GithubSecretArn);
      if (text === undefined || jsonOf(text) === undefined) throw new NeedsHuman('the GitHub secret is still empty');
      return installationPermissions(text, outputs.GithubRepository, process.env.GITHUB_API_URL);
    },
    async doorStatus() {
      const answer = await fetch(new URL('/slack/commands', outputs.SlackRequestUrl), { method: 'POST', body: '' });
      return answer.status;
    },
    now: () => new Date(),
  };
}

/** The Date header of any answer of Slack's. */
async function slackTime(): Promise<Date> {
  const answer = await fetch(new URL('api.test', process.env.SLACK_API_URL ?? 'https://slack.com/api/'), {
    method: 'POST',
  });
  return new Date(answer.headers.get('date') ?? Number.NaN);
}

/** The object that a text holds; undefined for any other, such as the random text that a new secret starts with. */
function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
