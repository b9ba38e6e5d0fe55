import {
  type AccountId,
  type IncidentId,
  type InstanceId,
  parseAccountId,
  parseIncidentId,
  parseInstanceId,
  parseRegion,
  type RegionName,
} from '../../core/incident/ids';

/** An instance as someone named it; an ARN says account and region too, a console address the region. */
export interface NamedInstance {
  readonly instance: InstanceId;
  readonly account?: AccountId;
  readonly region?: RegionName;
}

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

const ARN = /^arn:aws[a-z-]*:ec2:([a-z0-9-]+):([0-9]{12}):instance\/(i-[0-9a-f]+)$/i;
const CONSOLE = /^https:\/\/(?:[a-z0-9-]+\.)?console\.(?:aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn)\//i;

function fromArn(match: RegExpMatchArray): NamedInstance | undefined {
  const instance = parseInstanceId((match[3] ?? '').toLowerCase());
  const account = parseAccountId(match[2] ?? '');
  const region = parseRegion((match[1] ?? '').toLowerCase());
  if (instance === undefined || account === undefined || region === undefined) return undefined;
  return { instance, account, region };
}

function fromConsole(url: string): NamedInstance | undefined {
  const instance = parseInstanceId(url.match(/\bi-[0-9a-f]{8}(?:[0-9a-f]{9})?\b/)?.[0] ?? '');
  const region = parseRegion(url.match(/[?&]region=([a-z0-9-]+)/i)?.[1] ?? '');
  if (instance === undefined) return undefined;
  return region === undefined ? { instance } : { instance, region };
}

/** Reads `i-…`, an instance ARN or an EC2 console address. The problem is one clear sentence. */
export function readInstance(typed: string): Read<NamedInstance> {
  const text = typed.replace(/^[`'"(]+|[`'"),.;]+$/g, '');
  const arn = text.match(ARN);
  const named = arn ? fromArn(arn) : CONSOLE.test(text) ? fromConsole(text) : undefined;
  if (named) return { ok: true, value: named };
  const instance = parseInstanceId(text.toLowerCase());
  if (instance) return { ok: true, value: { instance } };
  if (/^i-/i.test(text)) {
    const digits = text.length - 'i-'.length;
    const shape = /^i-[0-9a-f]+$/i.test(text) ? `this one has ${digits}` : 'this one holds other characters';
    return { ok: false, problem: `An instance id is i- and 8 or 17 hex digits; ${shape}.` };
  }
  return { ok: false, problem: 'That is no instance id, instance ARN or EC2 console address.' };
}

/** Reads `IR-…` in any case. `0`, `1` and `8` are not in the alphabet: a likely reading is suggested. */
export function readIncident(typed: string): Read<IncidentId> {
  const text = typed.replace(/^[`'"(]+|[`'"),.;]+$/g, '').toUpperCase();
  const incident = parseIncidentId(text);
  if (incident) return { ok: true, value: incident };
  const likely = parseIncidentId(
    text.replace(/(?<=^(?:IR|FN)-.*)[018]/g, (digit) => ({ '0': 'O', '1': 'I', '8': 'B' })[digit] ?? digit),
  );
  const instance = readInstance(typed);
  if (instance.ok)
    return {
      ok: false,
      problem: `That is an instance; \`/ir list\` says which incident is about ${instance.value.instance}.`,
    };
  const problem = 'An incident id is IR- and 8 letters or digits from 2 to 7';
  return { ok: false, problem: likely ? `${problem}; did you mean ${likely}?` : `${problem}.` };
}

export function looksLikeIncident(typed: string): boolean {
  return /^[`'"(]*(?:ir|fn)-/i.test(typed);
}

/** `@U012AB3CD` as Slack names people, or a person key of policy.yaml. */
export function readPerson(typed: string): Read<string> {
  const text = typed.replace(/^@/, '');
  if (/^[UW][A-Z0-9]{2,}$/.test(text) || /^[a-z][a-z0-9._-]*$/i.test(text)) return { ok: true, value: text };
  return { ok: false, problem: 'Name a person with @.' };
}
