/** One statement in the form the evaluator works on: lists instead of "string or list". */
export interface Statement {
  /** `policy/Sid`, or `policy/#index` where there is no Sid: what the call record names. */
  readonly label: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** Actions are those named (false) or all but those named (true). */
  readonly notAction: boolean;
  readonly resources: readonly string[];
  readonly notResource: boolean;
  readonly principals: readonly PolicyPrincipal[];
  readonly conditions: readonly Condition[];
}

export interface PolicyPrincipal {
  readonly kind: 'AWS' | 'Service' | 'Federated';
  readonly value: string;
}

export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface Policy {
  readonly name: string;
  readonly statements: readonly Statement[];
}

type Dict = Readonly<Record<string, unknown>>;

function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function strings(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** Reads a policy document whose intrinsics are resolved. Throws on elements the evaluator does not know. */
export function readPolicy(name: string, document: unknown): Policy {
  if (!isDict(document)) throw new Error(`Policy ${name} is not an object.`);
  const list: readonly unknown[] = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  return { name, statements: list.map((statement, index) => readStatement(name, statement, index)) };
}

const ELEMENTS = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'Condition']);

function readStatement(policy: string, raw: unknown, index: number): Statement {
  if (!isDict(raw)) throw new Error(`Statement ${index} of policy ${policy} is not an object.`);
  const unknown = Object.keys(raw).filter((key) => !ELEMENTS.has(key));
  if (unknown.length > 0)
    throw new Error(`Statement ${index} of policy ${policy} has ${unknown.join(', ')}, which the lab does not model.`);
  if (raw.Effect !== 'Allow' && raw.Effect !== 'Deny')
    throw new Error(`Statement ${index} of policy ${policy} has no Effect.`);
  const sid = typeof raw.Sid === 'string' && raw.Sid !== '' ? raw.Sid : `#${index}`;
  return {
    label: `${policy}/${sid}`,
    effect: raw.Effect,
    actions: strings(raw.Action ?? raw.NotAction),
    notAction: raw.Action === undefined,
    resources: strings(raw.Resource ?? raw.NotResource),
    notResource: raw.NotResource !== undefined,
    principals: readPrincipals(raw.Principal),
    conditions: readConditions(raw.Condition),
  };
}

function readPrincipals(raw: unknown): PolicyPrincipal[] {
  if (raw === undefined) return [];
  if (raw === '*') return [{ kind: 'AWS', value: '*' }];
  if (!isDict(raw)) throw new Error('A policy principal is neither "*" nor an object.');
  return Object.entries(raw).flatMap(([kind, values]) => {
    if (kind !== 'AWS' && kind !== 'Service' && kind !== 'Federated')
      throw new Error(`The lab does not model the principal type ${kind}.`);
    return strings(values).map((value) => ({ kind, value }));
  });
}

function readConditions(raw: unknown): Condition[] {
  if (!isDict(raw)) return [];
  return Object.entries(raw).flatMap(([operator, keys]) =>
    isDict(keys) ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: strings(values) })) : [],
  );
}
