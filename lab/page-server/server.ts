import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { GESTURE } from './gestures';
import { isLocal, readJson, sendEvidence, sendJson, sendStatic } from './http-answers';
import type { Stage } from './stage';
import { stateDetail } from './state-detail';
import type { Theatre } from './theatre';

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the built page, its state as server-sent events, and what people do on it. @throws when the port is taken */
export async function servePage(theatre: Theatre, folder: string, port: number): Promise<PageServer> {
  const server = createServer((request, response) => {
    void answer(theatre, folder, request, response).catch((error: unknown) => {
      const said = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.end(`: ${said}\n\n`);
      else sendJson(response, 500, { said });
    });
  });
  await listen(server, port);
  const address = server.address();
  const real = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://localhost:${real}/`, close: () => close(server) };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function answer(
  theatre: Theatre,
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
  if (!isLocal(request)) sendJson(response, 403, { said: 'This page answers its own machine only.' });
  else if (path[0] === 'events') events(theatre, response);
  else if (path[0] !== 'api') sendStatic(response, folder, url.pathname);
  else if (request.method === 'POST') await post(theatre, path[1] ?? '', request, response);
  else if (theatre.stage === undefined) sendJson(response, 503, { said: 'The lab is starting.' });
  else send(response, found(theatre.stage, path.slice(1), url.searchParams), url.pathname);
}

function events(theatre: Theatre, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 500\n\n');
  const end = theatre.watch((update) => {
    const [name, body] = 'full' in update ? ['full', update.full] : ['patch', update.patch];
    response.write(`event: ${name}\ndata: ${JSON.stringify(body)}\n\n`);
  });
  response.on('close', end);
}

async function post(theatre: Theatre, name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (name === 'reset') {
    await theatre.open();
    sendJson(response, 200, { ok: true });
    return;
  }
  const gesture = name === 'gestures' ? GESTURE.safeParse(await readJson(request)) : undefined;
  if (gesture === undefined) sendJson(response, 404, { said: `There is no ${name}.` });
  else if (gesture.success) sendJson(response, 200, await theatre.act(gesture.data));
  else sendJson(response, 400, { ok: false, said: 'That is not something one can do here.' });
}

/** JSON to be read by the page, or a file to be looked at. */
type Found = { readonly json: unknown } | { readonly name: string; readonly body: Buffer };

function found(stage: Stage, path: readonly string[], query: URLSearchParams): Found | undefined {
  const [area, id = '', part, ...rest] = path;
  const { executions, recorder } = stage.desk.lab.services;
  const name = rest.join('/');
  if (area === 'runs') {
    const run = executions.all().find((one) => one.name === id);
    return run && { json: stateDetail(run, name, recorder.rows, stage.desk.lab.options.seed) };
  }
  if (area === 'incidents' && part === 'ledger') return { json: stage.ledger.rows(id) };
  if (area === 'incidents' && part === 'files') {
    const body = stage.ledger.file(id, name, query.get('version') ?? undefined);
    return body && { name, body };
  }
  if (area === 'workflow-runs') {
    const run = stage.desk.github.runs.find(({ runId }) => String(runId) === id);
    return run && { json: run.steps };
  }
  if (area === 'slack-files') {
    const file = stage.desk.slack.workspace.files.get(id);
    return file?.content && { name: file.name, body: file.content };
  }
  return undefined;
}

function send(response: ServerResponse, answer: Found | undefined, path: string): void {
  if (answer === undefined) sendJson(response, 404, { said: `There is nothing at ${path}.` });
  else if ('json' in answer) sendJson(response, 200, answer.json);
  else sendEvidence(response, answer.name, answer.body);
}
