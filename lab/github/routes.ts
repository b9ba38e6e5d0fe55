import { gitSha, type PullRequest, type Repository } from './repository';

export interface RouteCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly now: Date;
}

export interface RouteAnswer {
  readonly status: number;
  readonly body?: unknown;
}

export type Route = (call: RouteCall) => RouteAnswer;

const notFound: RouteAnswer = { status: 404, body: { message: 'Not Found' } };
const invalid = (message: string): RouteAnswer => ({ status: 422, body: { message: `Validation Failed: ${message}` } });
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The REST routes of one repository that we use, by `METHOD /path`; any other is a loud failure of the double. */
export function repositoryRoutes(
  repository: Repository,
  merged: (pull: PullRequest, sha: string) => void,
  opened: (pull: PullRequest) => void,
): Readonly<Record<string, Route>> {
  return {
    'GET /repos/{owner}/{repo}': () => ({
      status: 200,
      body: { full_name: repository.fullName, default_branch: repository.defaultBranch, private: true },
    }),
    'GET /repos/{owner}/{repo}/contents/{path}': ({ params, query }) =>
      contents(repository, params.path ?? '', query.get('ref')),
    'GET /repos/{owner}/{repo}/git/ref/{ref}': ({ params }) => reference(repository, params.ref ?? ''),
    'GET /repos/{owner}/{repo}/git/commits/{sha}': ({ params }) => commit(repository, params.sha ?? ''),
    'POST /repos/{owner}/{repo}/git/blobs': ({ body }) => ({
      status: 201,
      body: { sha: repository.blob(blobText(body)) },
    }),
    'POST /repos/{owner}/{repo}/git/trees': ({ body }) => makeTree(repository, body),
    'POST /repos/{owner}/{repo}/git/commits': ({ body }) => makeCommit(repository, body),
    'POST /repos/{owner}/{repo}/git/refs': ({ body }) => makeRef(repository, body),
    'PATCH /repos/{owner}/{repo}/git/refs/{ref}': ({ params, body }) =>
      moveRef(repository, params.ref ?? '', text(body.sha)),
    'DELETE /repos/{owner}/{repo}/git/refs/{ref}': ({ params }) => {
      repository.deleteRef((params.ref ?? '').replace(/^heads\//, ''));
      return { status: 204 };
    },
    'GET /repos/{owner}/{repo}/pulls': ({ query }) => ({ status: 200, body: listPulls(repository, query) }),
    'GET /repos/{owner}/{repo}/pulls/{number}': ({ params }) => {
      const pull = pullOf(repository, params.number);
      return pull ? { status: 200, body: shown(repository, pull) } : notFound;
    },
    'POST /repos/{owner}/{repo}/pulls': ({ body, now }) => openPull(repository, body, now, opened),
    'GET /repos/{owner}/{repo}/issues/{number}/comments': ({ params }) => ({
      status: 200,
      body: repository.commentsOn(Number(params.number)),
    }),
    'POST /repos/{owner}/{repo}/issues/{number}/comments': ({ params, body }) =>
      pullOf(repository, params.number) && text(body.body) !== ''
        ? { status: 201, body: repository.comment(Number(params.number), text(body.body)) }
        : notFound,
    'PATCH /repos/{owner}/{repo}/issues/comments/{id}': ({ params, body }) => {
      const edited = repository.editComment(Number(params.id), text(body.body));
      return edited ? { status: 200, body: edited } : notFound;
    },
    'PUT /repos/{owner}/{repo}/pulls/{number}/merge': ({ params, now }) => {
      const pull = pullOf(repository, params.number);
      if (!pull) return notFound;
      if (pull.state !== 'open') return { status: 405, body: { message: 'Pull Request is not mergeable' } };
      const sha = repository.merge(pull, now.toISOString());
      merged(pull, sha);
      return { status: 200, body: { sha, merged: true } };
    },
  };
}

function contents(repository: Repository, path: string, ref: string | null): RouteAnswer {
  const content = repository.file(path, ref?.replace(/^refs\/heads\//, '') ?? undefined);
  if (content === undefined) return notFound;
  const body = {
    type: 'file',
    encoding: 'base64',
    path,
    sha: gitSha('blob', content),
    content: Buffer.from(content).toString('base64'),
  };
  return { status: 200, body };
}

function reference(repository: Repository, ref: string): RouteAnswer {
  const sha = repository.ref(ref.replace(/^heads\//, ''));
  return sha ? { status: 200, body: { ref: `refs/${ref}`, object: { type: 'commit', sha } } } : notFound;
}

function commit(repository: Repository, sha: string): RouteAnswer {
  const found = repository.commitOf(sha);
  if (!found) return notFound;
  return {
    status: 200,
    body: {
      sha,
      message: found.message,
      tree: { sha: repository.treeShaOf(sha) },
      parents: found.parents.map((parent) => ({ sha: parent })),
    },
  };
}

function blobText(body: Readonly<Record<string, unknown>>): string {
  return body.encoding === 'base64' ? Buffer.from(text(body.content), 'base64').toString('utf8') : text(body.content);
}

function makeTree(repository: Repository, body: Readonly<Record<string, unknown>>): RouteAnswer {
  const base = repository.treeBySha(text(body.base_tree)) ?? new Map<string, string>();
  const changes = new Map<string, string>();
  for (const entry of Array.isArray(body.tree) ? body.tree : []) {
    const content = typeof entry.content === 'string' ? entry.content : repository.blobText(text(entry.sha));
    if (typeof entry.path !== 'string' || content === undefined) return invalid('tree');
    changes.set(entry.path, content);
  }
  return { status: 201, body: { sha: repository.tree(base, changes) } };
}

function makeCommit(repository: Repository, body: Readonly<Record<string, unknown>>): RouteAnswer {
  const tree = repository.treeBySha(text(body.tree));
  if (!tree) return invalid('tree');
  const parents = Array.isArray(body.parents) ? body.parents.map(String) : [];
  return { status: 201, body: { sha: repository.commit(tree, text(body.message), parents) } };
}

function makeRef(repository: Repository, body: Readonly<Record<string, unknown>>): RouteAnswer {
  const branch = text(body.ref).replace(/^refs\/heads\//, '');
  if (repository.ref(branch) !== undefined) return { status: 422, body: { message: 'Reference already exists' } };
  if (!repository.commitOf(text(body.sha))) return { status: 422, body: { message: 'Object does not exist' } };
  repository.setRef(branch, text(body.sha));
  return { status: 201, body: { ref: text(body.ref), object: { type: 'commit', sha: text(body.sha) } } };
}

function moveRef(repository: Repository, ref: string, sha: string): RouteAnswer {
  const branch = ref.replace(/^heads\//, '');
  if (repository.ref(branch) === undefined) return { status: 422, body: { message: 'Reference does not exist' } };
  repository.setRef(branch, sha);
  return { status: 200, body: { ref: `refs/${ref}`, object: { type: 'commit', sha } } };
}

function listPulls(repository: Repository, query: URLSearchParams): unknown[] {
  const state = query.get('state') ?? 'open';
  const head = query.get('head')?.split(':').at(-1);
  return repository.pulls
    .filter((pull) => (state === 'all' || pull.state === state) && (head === undefined || pull.head === head))
    .map((pull) => shown(repository, pull));
}

function openPull(
  repository: Repository,
  body: Readonly<Record<string, unknown>>,
  now: Date,
  opened: (pull: PullRequest) => void,
): RouteAnswer {
  const head = text(body.head).split(':').at(-1) ?? '';
  if (repository.ref(head) === undefined) return invalid('head');
  if (repository.pulls.some((pull) => pull.state === 'open' && pull.head === head)) {
    return invalid(`A pull request already exists for ${head}`);
  }
  const pull: PullRequest = {
    number: repository.pulls.length + 1,
    title: text(body.title),
    body: text(body.body),
    head,
    base: text(body.base),
    createdAt: now.toISOString(),
    state: 'open',
  };
  repository.pulls.push(pull);
  opened(pull);
  return { status: 201, body: shown(repository, pull) };
}

function pullOf(repository: Repository, number: string | undefined): PullRequest | undefined {
  return repository.pulls.find((pull) => pull.number === Number(number));
}

function shown(repository: Repository, pull: PullRequest): Record<string, unknown> {
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    merged: pull.mergedAt !== undefined,
    merged_at: pull.mergedAt ?? null,
    html_url: `https://github.com/${repository.fullName}/pull/${pull.number}`,
    head: { ref: pull.head, sha: repository.ref(pull.head) },
    base: { ref: pull.base },
  };
}
