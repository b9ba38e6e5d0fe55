import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Assembly, readAssembly, type TemplateResource } from '../assembly/assembly';
import type { WireAnswer, WireRequest } from '../aws/wire-server';
import { readPolicy } from '../iam/policy';
import { type Lab, NOMINAL_PORTS } from '../lab';

/** Where the lab's `cdk` finds it. */
export const CLOUDFORMATION = `http://127.0.0.1:${NOMINAL_PORTS.cloudformation}`;

/**
 * As much of CloudFormation as a merge needs: takes a synthesized folder from somebody who may assume the CDK deploy role,
 * changes what differs in the running lab, and answers with the stacks' outputs; and tells whoever is the CDK lookup role what
 * differs. Also the door that an output names, since
 * the smoke test of the deploy knocks there from another process: behind it functions run, which takes time, so `pause`
 * lets the lab's clock go until its result is called. Returns what removes the folders it keeps.
 */
export async function attachCloudformation(lab: Lab, pause: () => () => void): Promise<() => void> {
  // Code is read when a function is first invoked, and the folder of a job goes with the job.
  const kept = mkdtempSync(join(tmpdir(), 'cordon-deployed-'));
  let deploys = 0;
  const given = lab.options.assembly;
  let running = typeof given === 'string' ? readAssembly(given) : given;
  const asked: Readonly<Record<string, (request: WireRequest) => Promise<WireAnswer> | WireAnswer>> = {
    '/deploy': (request) => {
      deploys += 1;
      return deploy(lab, request, join(kept, String(deploys)), (assembly) => {
        running = assembly;
      });
    },
    '/diff': (request) => looked(lab, request, () => diff(running, readAssembly(folderIn(request)))),
    '/drift': (request) => looked(lab, request, () => drift(lab, running)),
  };
  const answerTo = ({ method, path }: WireRequest) =>
    method === 'POST' && Object.hasOwn(asked, path) ? asked[path] : undefined;
  trustLookups(lab);
  await lab.attach('cloudformation', {
    waits: (request) => answerTo(request) === undefined,
    handle: async (request) => {
      const answer = answerTo(request);
      if (answer !== undefined) return answer(request);
      const resume = pause();
      return throughTheDoor(lab, request).finally(resume);
    },
  });
  return () => rmSync(kept, { recursive: true, force: true });
}

/** A role that the CDK bootstrap makes, outside of our templates. */
const bootstrapped = ({ options: { account, region } }: Lab, role: 'deploy' | 'lookup'): string =>
  `arn:aws:iam::${account}:role/cdk-hnb659fds-${role}-role-${account}-${region}`;

/** The bootstrap's roles trust their account: its own policies say who may be them (CDK's bootstrap template). */
function trustLookups(lab: Lab): void {
  const Principal = { AWS: `arn:aws:iam::${lab.options.account}:root` };
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }];
  lab.services.access.addResourcePolicy(bootstrapped(lab, 'lookup'), readPolicy('trust', { Statement }));
}

/** What the CLI prints, for the lookup role alone: CloudFormation tells nobody else. */
function looked(lab: Lab, { headers }: WireRequest, look: () => readonly string[]): WireAnswer {
  const role = lab.services.access.caller(headers.authorization ?? '')?.principal.roleArn;
  if (role !== bootstrapped(lab, 'lookup')) return text(403, `${role ?? 'Nobody'} may not look at stacks.`);
  try {
    return text(200, look().join('\n'));
  } catch (error) {
    return text(400, error instanceof Error ? error.message : String(error));
  }
}

/** Resources whose templates differ, as `cdk diff` names them. */
function diff(running: Assembly, wanted: Assembly): readonly string[] {
  return wanted.stacks.flatMap(({ name, template }) => {
    const before = running.stacks.find((stack) => stack.name === name)?.template.Resources ?? {};
    const ids = [...new Set([...Object.keys(before), ...Object.keys(template.Resources)])];
    const changed = ids.flatMap((id) => {
      const [old, now] = [before[id], template.Resources[id]];
      if (JSON.stringify(old?.Properties) === JSON.stringify(now?.Properties)) return [];
      return [line(old === undefined ? '+' : now === undefined ? '-' : '~', id, now ?? old)];
    });
    return changed.length === 0 ? [] : [`Stack ${name}`, ...changed];
  });
}

/** Runbook documents that are not what their template says, as `cdk drift` names them: what the lab lets be changed by hand. */
function drift(lab: Lab, running: Assembly): readonly string[] {
  const { account, region } = lab.options;
  const { documents } = lab.estates.at(account, region);
  return running.stacks.flatMap(({ name, template }) => {
    const changed = Object.entries(template.Resources).flatMap(([id, resource]) => {
      const { Name, Content } = resource.Properties;
      if (resource.Type !== 'AWS::SSM::Document') return [];
      const same = JSON.stringify(documents.get(String(Name))?.content) === JSON.stringify(Content);
      return same ? [] : [line('~', id, resource)];
    });
    return changed.length === 0 ? [] : [`Stack ${name}`, ...changed];
  });
}

/** `[~] AWS::SSM::Document RunbookAnalyseDisk RunbookAnalyseDisk`: kind, type, construct, logical id. */
function line(kind: '+' | '-' | '~', id: string, resource: TemplateResource | undefined): string {
  const path = String(resource?.Metadata?.['aws:cdk:path'] ?? id)
    .split('/')
    .slice(1)
    .join('/');
  return `[${kind}] ${resource?.Type} ${path.replace(/\/Resource$/, '') || id} ${id}`;
}

const folderIn = ({ body }: WireRequest): string => String(JSON.parse(body.toString('utf8')).assembly);

async function deploy(
  lab: Lab,
  request: WireRequest,
  folder: string,
  done: (assembly: Assembly) => void,
): Promise<WireAnswer> {
  const { access, recorder } = lab.services;
  const caller = access.caller(request.headers.authorization ?? '');
  const resource = bootstrapped(lab, 'deploy');
  const decision = caller && access.decide(caller.principal, [{ action: 'sts:AssumeRole', resource, context: {} }]);
  const allowed = decision?.allowed === true;
  recorder.record({
    ...{ function: 'github-actions', codeSha256: null, requestId: '', userAgent: 'aws-cdk', call: null },
    ...{ service: 'sts', operation: 'AssumeRole', resources: [resource], allowed },
    statement: decision?.statement ?? null,
    outcome: allowed ? 'ok' : 'AccessDenied',
  });
  if (!allowed) return text(403, `The job may not assume ${resource}: nothing was deployed.`);
  try {
    cpSync(folderIn(request), folder, { recursive: true });
    const read = readAssembly(folder);
    const deployment = lab.update(read);
    done(read);
    const outputs = Object.fromEntries(read.stacks.map(({ name }) => [name, reachable(lab, deployment.outputs(name))]));
    return text(200, JSON.stringify({ changed: deployment.changed, outputs }));
  } catch (error) {
    return text(400, error instanceof Error ? error.message : String(error));
  }
}

/** Outputs as text; the API's address becomes one that answers on this machine. */
function reachable(lab: Lab, outputs: Readonly<Record<string, unknown>>): Record<string, string> {
  const here = lab.realUrl(CLOUDFORMATION);
  const texts = Object.entries(outputs).map(([name, value]): [string, string] => [name, String(value)]);
  return Object.fromEntries(
    texts.map(([name, value]) => [name, /^https:\/\/[^/]*\.execute-api\./.test(value) ? here : value]),
  );
}

async function throughTheDoor(lab: Lab, request: WireRequest): Promise<WireAnswer> {
  const { method, path, body } = request;
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const answer = await lab.services.apis.request({ method, path, headers, body });
  return { status: answer.status, headers: answer.headers, body: answer.body };
}

function text(status: number, body: string): WireAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
