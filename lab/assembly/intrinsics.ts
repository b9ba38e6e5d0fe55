import type { Template } from './assembly';

/** How the intrinsic functions of one stack reach the outside. */
export interface ResolveScope {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly template: Template;
  /** `Ref` of a resource, making it first when need be. */
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  importValue(name: string): unknown;
  /** Value of an SSM parameter that a template parameter names. */
  ssmParameter(name: string): string;
}

/** What `Ref: AWS::NoValue` stands for: the property is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

type Dict = Readonly<Record<string, unknown>>;

function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A template value with every intrinsic function resolved. Throws on one it does not know, by name. */
export function resolve(value: unknown, scope: ResolveScope): unknown {
  const resolved = resolveAny(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

function resolveAny(value: unknown, scope: ResolveScope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveAny(item, scope)).filter((item) => item !== NO_VALUE);
  if (!isDict(value)) return value;
  const [key, second] = Object.keys(value);
  if (key !== undefined && second === undefined && (key === 'Ref' || key.startsWith('Fn::') || key === 'Condition')) {
    const intrinsic = INTRINSICS[key];
    if (intrinsic !== undefined) return intrinsic(value[key], scope);
    if (key !== 'Condition') throw new Error(`The lab does not model the intrinsic function ${key}.`);
  }
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => [name, resolveAny(item, scope)]);
  return Object.fromEntries(entries.filter(([, item]) => item !== NO_VALUE));
}

type Intrinsic = (argument: unknown, scope: ResolveScope) => unknown;

const list = (argument: unknown, scope: ResolveScope): readonly unknown[] => {
  const resolved = resolveAny(argument, scope);
  if (!Array.isArray(resolved)) throw new Error(`An intrinsic function wants a list, not ${JSON.stringify(argument)}.`);
  return resolved;
};
const text = (value: unknown): string => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`An intrinsic function wants text, not ${JSON.stringify(value)}.`);
};

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => reference(text(argument), scope),
  'Fn::GetAtt': (argument, scope) => {
    const [id, ...name] = typeof argument === 'string' ? argument.split('.') : list(argument, scope).map(text);
    return scope.attribute(id ?? '', name.join('.'));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, items] = list(argument, scope);
    return (Array.isArray(items) ? items : []).map(text).join(text(separator));
  },
  'Fn::Sub': (argument, scope) => substitute(argument, scope),
  'Fn::Select': (argument, scope) => {
    const [index, items] = list(argument, scope);
    const chosen: unknown = Array.isArray(items) ? items[Number(index)] : undefined;
    if (chosen === undefined)
      throw new Error(`Fn::Select finds nothing at ${String(index)} of ${JSON.stringify(items)}.`);
    return chosen;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, whole] = list(argument, scope);
    return text(whole).split(text(separator));
  },
  'Fn::ImportValue': (argument, scope) => scope.importValue(text(resolveAny(argument, scope))),
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = list(argument, scope).map(text);
    const found = scope.template.Mappings[map ?? '']?.[first ?? '']?.[second ?? ''];
    if (found === undefined) throw new Error(`Fn::FindInMap finds nothing at ${map}.${first}.${second}.`);
    return found;
  },
  // Every region the lab is put in has at least three zones: a, b, c.
  'Fn::GetAZs': (_argument, scope) => ['a', 'b', 'c'].map((zone) => `${scope.region}${zone}`),
  'Fn::Base64': (argument, scope) => Buffer.from(text(resolveAny(argument, scope)), 'utf8').toString('base64'),
  'Fn::Length': (argument, scope) => list(argument, scope).length,
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(resolveAny(argument, scope)),
  'Fn::If': (argument, scope) => {
    if (!Array.isArray(argument)) throw new Error('Fn::If wants a list of three.');
    const branch: unknown = condition(text(argument[0]), scope) ? argument[1] : argument[2];
    return resolveAny(branch, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(argument, scope);
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::And': (argument, scope) => list(argument, scope).every(Boolean),
  'Fn::Or': (argument, scope) => list(argument, scope).some(Boolean),
  'Fn::Not': (argument, scope) => !list(argument, scope)[0],
};

/** Whether a named condition of the template holds. */
export function condition(name: string, scope: ResolveScope): boolean {
  const body = scope.template.Conditions[name];
  if (body === undefined) throw new Error(`The template has no condition ${name}.`);
  return resolveAny(conditionReferences(body, scope), scope) === true;
}

/** `{Condition: X}` means a reference only inside conditions; in a policy it is a plain member. */
function conditionReferences(value: unknown, scope: ResolveScope): unknown {
  if (Array.isArray(value)) return value.map((item) => conditionReferences(item, scope));
  if (!isDict(value)) return value;
  if (typeof value.Condition === 'string') return condition(value.Condition, scope);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, conditionReferences(item, scope)]));
}

function reference(name: string, scope: ResolveScope): unknown {
  const parameter = scope.template.Parameters[name];
  if (parameter === undefined) return pseudo(name, scope) ?? scope.ref(name);
  const value = parameter.Default;
  if (value === undefined) throw new Error(`The template's parameter ${name} has no default, and nobody gave a value.`);
  return parameter.Type.startsWith('AWS::SSM::Parameter::') ? scope.ssmParameter(text(value)) : value;
}

function pseudo(name: string, { account, region, stackName }: ResolveScope): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return account;
    case 'AWS::Region':
      return region;
    case 'AWS::Partition':
      return partitionOf(region);
    case 'AWS::URLSuffix':
      return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    case 'AWS::StackName':
      return stackName;
    case 'AWS::StackId':
      return `arn:${partitionOf(region)}:cloudformation:${region}:${account}:stack/${stackName}/lab`;
    case 'AWS::NotificationARNs':
      return [];
    case 'AWS::NoValue':
      return NO_VALUE;
    default:
      return undefined;
  }
}

/** The partition a region belongs to. */
export function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

function substitute(argument: unknown, scope: ResolveScope): string {
  const [template, variables]: readonly unknown[] = Array.isArray(argument) ? argument : [argument, {}];
  const own = isDict(variables) ? variables : {};
  return text(template).replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    if (Object.hasOwn(own, name)) return text(resolveAny(own[name], scope));
    const [id, ...attribute] = name.split('.');
    return text(attribute.length === 0 ? reference(name, scope) : scope.attribute(id ?? '', attribute.join('.')));
  });
}
