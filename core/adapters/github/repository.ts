import { App, Octokit, RequestError } from 'octokit';
import * as z from 'zod';
import { NeedsHuman, Transient } from '../../errors';
import type { ProposedChange, Repository } from '../../ports/repository';
import type { Secrets } from '../../ports/secrets';
import { githubApp } from './app';

export interface GithubSettings {
  /** `owner/name` */
  readonly repository: string;
  readonly secretArn: string;
  /** Where GitHub is; api.github.com unless told. */
  readonly apiUrl?: string;
}

/** The App's identity as Secrets Manager keeps it. */
const SECRET = z.object({
  appId: z.union([z.string(), z.number()]),
  installationId: z.coerce.number().int(),
  privateKey: z.string().min(1),
});

/**
 * The repository through a GitHub App. No call is repeated here: a dispatch has no idempotency key, and the queue in
 * front of us brings the message again. Throws Transient for outages and rate limits, NeedsHuman for all else.
 */
export function githubRepository(secrets: Secrets, settings: GithubSettings): Repository {
  const [owner = '', repo = ''] = settings.repository.split('/');
  let connected: Promise<Octokit> | undefined;
  const github = async (): Promise<Octokit> => {
    connected ??= connect(secrets, settings);
    return connected.catch((error: unknown) => {
      connected = undefined;
      throw error;
    });
  };
  const at = { owner, repo };
  return {
    dispatch: (event_type, client_payload) =>
      calling('ask GitHub for a workflow run', async () => {
        await (await github()).rest.repos.createDispatchEvent({
          ...at,
          event_type,
          client_payload: { ...client_payload },
        });
      }),
    file: (path) => calling('read a file on GitHub', async () => fileText(await github(), at, path)),
    propose: (change) => calling('open a pull request', async () => propose(await github(), at, change)),
  };
}

async function connect(secrets: Secrets, settings: GithubSettings): Promise<Octokit> {
  const parsed = SECRET.safeParse(JSON.parse(await secrets.get(settings.secretArn)));
  if (!parsed.success)
    throw new NeedsHuman('The GitHub secret is not {appId, installationId, privateKey}: run `cordon init` again.');
  const { appId, installationId, privateKey } = parsed.data;
  return githubApp({ App, Octokit }, { appId, privateKey }, settings.apiUrl).getInstallationOctokit(installationId);
}

interface At {
  readonly owner: string;
  readonly repo: string;
}

async function fileText(github: Octokit, at: At, path: string, ref?: string): Promise<string | undefined> {
  try {
    const { data } = await github.rest.repos.getContent({ ...at, path, ...(ref === undefined ? {} : { ref }) });
    if (Array.isArray(data) || data.type !== 'file') return undefined;
    return Buffer.from(data.content, 'base64').toString('utf8');
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return undefined;
    throw error;
  }
}

/** Branch, one commit with all files, pull request; whatever a crashed try left is found and used. */
async function propose(github: Octokit, at: At, change: ProposedChange): Promise<{ url: string; number: number }> {
  const head = `${at.owner}:${change.branch}`;
  const open = await github.rest.pulls.list({ ...at, head, state: 'all' });
  const known = open.data[0];
  if (known !== undefined) return { url: known.html_url, number: known.number };
  const { data: repository } = await github.rest.repos.get({ ...at });
  const base = repository.default_branch;
  const { data: tip } = await github.rest.git.getRef({ ...at, ref: `heads/${base}` });
  const { data: parent } = await github.rest.git.getCommit({ ...at, commit_sha: tip.object.sha });
  const { data: tree } = await github.rest.git.createTree({
    ...at,
    base_tree: parent.tree.sha,
    tree: change.files.map(({ path, content }) => ({ path, content, mode: '100644' as const, type: 'blob' as const })),
  });
  const { data: commit } = await github.rest.git.createCommit({
    ...at,
    message: change.message,
    tree: tree.sha,
    parents: [tip.object.sha],
  });
  await pointBranch(github, at, change.branch, commit.sha);
  const { title, body } = change;
  const { data: pull } = await github.rest.pulls.create({ ...at, title, body, head: change.branch, base });
  return { url: pull.html_url, number: pull.number };
}

async function pointBranch(github: Octokit, at: At, branch: string, sha: string): Promise<void> {
  try {
    await github.rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha });
  } catch (error) {
    // 422: the branch is there, from a try that crashed before its pull request.
    if (!(error instanceof RequestError) || error.status !== 422) throw error;
    await github.rest.git.updateRef({ ...at, ref: `heads/${branch}`, sha, force: true });
  }
}

/** 403 is also what GitHub's secondary rate limits answer, with `retry-after`. */
async function calling<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof NeedsHuman || error instanceof Transient) throw error;
    const text = error instanceof Error ? error.message : String(error);
    if (!(error instanceof RequestError)) throw new Transient(`${what}: ${text}`);
    const limited =
      error.status === 429 || (error.status === 403 && error.response?.headers['retry-after'] !== undefined);
    if (limited || error.status >= 500) throw new Transient(`${what}: GitHub answered ${error.status}: ${text}`);
    throw new NeedsHuman(`${what}: GitHub answered ${error.status}: ${text}`);
  }
}
