import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../assembly/assembly';
import type { WireAnswer, WireRequest } from '../aws/wire-server';
import { type Lab, NOMINAL_PORTS } from '../lab';

/** Where the lab's `cdk` finds it. */
export const CLOUDFORMATION = `http://127.0.0.1:${NOMINAL_PORTS.cloudformation}`;

/**
 * As much of CloudFormation as a merge needs: takes a synthesized folder from somebody who may assume the CDK deploy role,
 * changes what differs in the running lab, and answers with the stacks' outputs. Also the door that an output names, since
 * the smoke test of the deploy knocks there from another process: behind it functions run, which takes time, so `pause`
 * lets the lab's clock go until its result is called. Returns what removes the folders it keeps.
 */
export async function attachCloudformation(lab: Lab, pause: () => () => void): Promise<() => void> {
  // Code is read when a function is first invoked, and the folder of a job goes with the job.
  const kept = mkdtempSync(join(tmpdir(), 'cordon-deployed-'));
  let deploys = 0;
  const isDeploy = ({ method, path }: WireRequest) => method === 'POST' && path === '/deploy';
  await lab.attach('cloudformation', {
    waits: (request) => !isDeploy(request),
    handle: async (request) => {
      if (!isDeploy(request)) {
        const resume = pause();
        return throughTheDoor(lab, request).finally(resume);
      }
      deploys += 1;
      return deploy(lab, request, join(kept, String(deploys)));
    },
  });
  return () => rmSync(kept, { recursive: true, force: true });
}

async function deploy(lab: Lab, { headers, body }: WireRequest, folder: string): Promise<WireAnswer> {
  const { access, recorder } = lab.services;
  const { account, region } = lab.options;
  const caller = access.caller(headers.authorization ?? '');
  const resource = `arn:aws:iam::${account}:role/cdk-hnb659fds-deploy-role-${account}-${region}`;
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
    const { assembly }: { assembly?: unknown } = JSON.parse(body.toString('utf8'));
    cpSync(String(assembly), folder, { recursive: true });
    const read = readAssembly(folder);
    const deployment = lab.update(read);
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
