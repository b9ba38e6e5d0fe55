import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { installationPermissions } from '../../../../core/adapters/github/installation';
import { githubRepository } from '../../../../core/adapters/github/repository';
import { GithubDouble } from '../../../../lab/github/double';
import { Repository } from '../../../../lab/github/repository';
import { EnvironmentReviews } from '../../../../lab/github/reviews';

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const recorded: string[] = [];
const github = new GithubDouble({
  repository: new Repository('acme/cordon', join(__dirname, '../../../..')),
  appId: '12',
  installationId: '34',
  publicKey: keys.publicKey,
  now: () => new Date(),
  dispatched: () => undefined,
  merged: () => undefined,
  opened: () => undefined,
  reviews: new EnvironmentReviews(),
});

let server: Server;
let repository: ReturnType<typeof githubRepository>;
const secret = { appId: '12', installationId: '34', privateKey: keys.privateKey };
const apiUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const withSecret = (text: string) =>
  githubRepository({ get: async () => text }, { repository: 'acme/cordon', secretArn: 'arn', apiUrl: apiUrl() });

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      recorded.push(`${method} ${url}`);
      const answer = github.handle({ method, url, headers: flat, body: Buffer.concat(chunks) });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  repository = withSecret(JSON.stringify(secret));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('the GitHub repository', () => {
  it('dispatches as the App and keeps its token for the next call', async () => {
    await repository.dispatch('analysis-summary', { incident: 'IR-ABCDEFGH', request: 'r1' });
    await repository.dispatch('analysis-summary', { incident: 'IR-ABCDEFGH', request: 'r2' });
    expect(github.dispatches.map((one) => one.client_payload.request)).toEqual(['r1', 'r2']);
    expect(recorded.filter((operation) => operation.includes('access_tokens'))).toHaveLength(1);
  });

  it('reads a file of the default branch, and knows one that is not there', async () => {
    expect(await repository.file('LICENSE')).toContain('Apache License');
    expect(await repository.file('no/such/file')).toBeUndefined();
  });

  it('opens a pull request once, however often it is asked', async () => {
    const change = {
      branch: 'protect/i-1',
      title: 'Protect i-1',
      body: 'Asked in Slack.',
      message: 'Protect i-1',
      files: [{ path: 'runbooks/x.yaml', content: 'a: 1\n' }],
    };
    const first = await repository.propose(change);
    expect(await repository.propose(change)).toEqual(first);
  });

  it('says an outage and a rate limit are passing, and repeats no call by itself', async () => {
    const before = github.dispatches.length;
    github.outage = [0, Number.POSITIVE_INFINITY];
    await expect(repository.dispatch('analysis-summary', {})).rejects.toMatchObject({ name: 'Transient' });
    github.outage = undefined;
    github.limited = { requests: 1, retryAfter: 60 };
    await expect(repository.dispatch('analysis-summary', {})).rejects.toMatchObject({ name: 'Transient' });
    expect(github.limited.requests).toBe(0);
    expect(github.dispatches).toHaveLength(before);
  });

  it('says a wrong secret needs a person', async () => {
    await expect(withSecret('{"appId":"12"}').dispatch('x', {})).rejects.toMatchObject({ name: 'NeedsHuman' });
    await expect(
      withSecret(JSON.stringify({ ...secret, installationId: '99' })).dispatch('x', {}),
    ).rejects.toMatchObject({ name: 'NeedsHuman' });
  });
});

describe('the installation of the App', () => {
  const asked = (repository: string, privateKey = keys.privateKey) =>
    installationPermissions(JSON.stringify({ appId: 12, privateKey }), repository, apiUrl());

  it('says what it may do in a repository, and that it is not installed in another', async () => {
    expect(await asked('acme/cordon')).toEqual({ contents: 'write', pull_requests: 'write' });
    expect(await asked('acme/else')).toBeUndefined();
  });

  it('needs a person where the key is another App’s or none, and where GitHub is away: one sentence each', async () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    await expect(asked('acme/cordon', stranger.export({ type: 'pkcs8', format: 'pem' }).toString())).rejects.toThrow(
      'GitHub does not know this App id with this private key',
    );
    await expect(asked('acme/cordon', 'not a key')).rejects.toThrow(/^the App could not ask GitHub: [^\n]+$/);
    await expect(installationPermissions('{"appId":"12"}', 'acme/cordon', apiUrl())).rejects.toThrow(
      'the GitHub secret lacks appId or privateKey',
    );
    github.outage = [0, Number.POSITIVE_INFINITY];
    await expect(asked('acme/cordon')).rejects.toThrow('GitHub answered 503');
    github.outage = undefined;
  });
});
