import type { NormalizedSchema } from '@smithy/core/schema';
import { LabUnsupported } from '../service';
import { readScalar } from './scalars';

/** A form key `Filter.1.Value.2` as a path in a tree. */
interface FormNode {
  text: string | undefined;
  readonly children: Map<string, FormNode>;
}

export interface Form {
  readonly action: string;
  readonly version: string;
  readonly root: FormNode;
}

function newNode(): FormNode {
  return { text: undefined, children: new Map() };
}

/** Reads an ec2 or query body; `Action` and `Version` are taken out. */
export function parseForm(body: string): Form {
  const root = newNode();
  const parameters = new URLSearchParams(body);
  for (const [key, text] of parameters) {
    if (key === 'Action' || key === 'Version') continue;
    let node = root;
    for (const part of key.split('.')) {
      const next = node.children.get(part) ?? newNode();
      node.children.set(part, next);
      node = next;
    }
    node.text = text;
  }
  return { action: parameters.get('Action') ?? '', version: parameters.get('Version') ?? '', root };
}

/** Form → the SDK's input object. Keys that the schema does not have are a LabUnsupported. */
export function decodeForm(schema: NormalizedSchema, form: Form, ec2: boolean): Record<string, unknown> {
  if (schema.isUnitSchema()) {
    if (form.root.children.size > 0) throw new LabUnsupported(`parameters of ${form.action}`);
    return {};
  }
  return decodeStruct(schema, form.root, ec2, form.action);
}

function decodeNode(schema: NormalizedSchema, node: FormNode, ec2: boolean, where: string): unknown {
  if (schema.isListSchema()) return decodeList(schema, node, ec2, where);
  if (schema.isMapSchema()) return decodeMap(schema, node, ec2, where);
  if (schema.isStructSchema()) return decodeStruct(schema, node, ec2, where);
  if (node.text === undefined) throw new LabUnsupported(`the shape of ${where}`);
  return readScalar(schema, node.text, where);
}

function decodeStruct(schema: NormalizedSchema, node: FormNode, ec2: boolean, where: string): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const unread = new Set(node.children.keys());
  for (const [name, member] of schema.structIterator()) {
    const key = memberKey(name, member, ec2);
    const child = node.children.get(key);
    if (child === undefined) continue;
    unread.delete(key);
    out[name] = decodeNode(member, child, ec2, `${where}.${name}`);
  }
  if (unread.size > 0) throw new LabUnsupported(`the parameter ${[...unread].join(', ')} of ${where}`);
  return out;
}

/** EC2 lists are flat (`X.1`); query lists are `X.member.1` unless the model flattens them. */
function decodeList(schema: NormalizedSchema, node: FormNode, ec2: boolean, where: string): unknown[] {
  const member = schema.getValueSchema();
  const flat = ec2 || schema.getMergedTraits().xmlFlattened !== undefined;
  const holder = flat ? node : node.children.get(member.getMergedTraits().xmlName ?? 'member');
  return numbered(holder).map(([index, child]) => decodeNode(member, child, ec2, `${where}.${index}`));
}

function decodeMap(schema: NormalizedSchema, node: FormNode, ec2: boolean, where: string): Record<string, unknown> {
  const flat = schema.getMergedTraits().xmlFlattened !== undefined;
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueName = schema.getValueSchema().getMergedTraits().xmlName ?? 'value';
  const out: Record<string, unknown> = {};
  for (const [index, entry] of numbered(flat ? node : node.children.get('entry'))) {
    const value = entry.children.get(valueName);
    if (value === undefined) throw new LabUnsupported(`an entry without value in ${where}.${index}`);
    const key = entry.children.get(keyName)?.text ?? '';
    out[key] = decodeNode(schema.getValueSchema(), value, ec2, `${where}.${key}`);
  }
  return out;
}

function numbered(node: FormNode | undefined): [number, FormNode][] {
  const entries = [...(node?.children ?? [])].map(([key, child]): [number, FormNode] => [Number(key), child]);
  return entries.sort(([a], [b]) => a - b);
}

/** The rule of the ec2Query protocol: ec2QueryName, else the capitalized xmlName, else the member's name. */
function memberKey(name: string, member: NormalizedSchema, ec2: boolean): string {
  const traits = member.getMergedTraits();
  if (!ec2) return traits.xmlName ?? name;
  if (traits.ec2QueryName !== undefined) return String(traits.ec2QueryName);
  const key = traits.xmlName ?? name;
  return key.charAt(0).toUpperCase() + key.slice(1);
}
