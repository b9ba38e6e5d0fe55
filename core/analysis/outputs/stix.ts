import { plainText } from '../../text';
import type { Indicator, Summary } from '../summary-schema';
import { uuidV5 } from './uuid-v5';

/** Namespace of deterministic ids (STIX 2.1, section 2.9). */
const NAMESPACE = '00abedb4-aa42-466c-9c01-fed23315a9b7';
const CONFIDENCE = { high: 90, medium: 60, low: 25 } as const;

type StixObject = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string };

/** The indicators as a STIX 2.1 bundle; ids depend on values only, so the same indicator keeps its id. */
export function stixBundle(summary: Summary): Readonly<Record<string, unknown>> {
  const identity = author(summary.generatedAt);
  const indicators = summary.indicators.map((indicator) => toIndicator(indicator, identity.id, summary));
  const report = reportOf(summary, identity.id, indicators);
  const objects = [identity, ...indicators, ...(report === undefined ? [] : [report])];
  const id = `bundle--${uuidV5(NAMESPACE, objects.map((object) => object.id).join('\n'))}`;
  return { type: 'bundle', id, objects };
}

function author(created: string): StixObject {
  return {
    type: 'identity',
    spec_version: '2.1',
    id: `identity--${uuidV5(NAMESPACE, 'cordon')}`,
    created,
    modified: created,
    name: 'Cordon',
    identity_class: 'system',
  };
}

function toIndicator(indicator: Indicator, author: string, { generatedAt, window, originNote }: Summary): StixObject {
  const pattern = patternOf(indicator);
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--${uuidV5(NAMESPACE, pattern)}`,
    created: generatedAt,
    modified: generatedAt,
    created_by_ref: author,
    name: plainText(`${indicator.type}: ${indicator.value}`).slice(0, 250),
    description: [plainText(indicator.why), originNote].filter((text) => text !== '').join('. '),
    indicator_types: ['compromised'],
    pattern,
    pattern_type: 'stix',
    valid_from: window.from ?? generatedAt,
    confidence: CONFIDENCE[indicator.confidence],
  };
}

function patternOf({ type, value }: Indicator): string {
  const quoted = quote(value);
  switch (type) {
    case 'ipv4':
      return `[ipv4-addr:value = ${quoted}]`;
    case 'ipv6':
      return `[ipv6-addr:value = ${quoted}]`;
    case 'domain':
      return `[domain-name:value = ${quoted}]`;
    case 'sha256':
      return `[file:hashes.'SHA-256' = ${quoted}]`;
    case 'path':
      return `[file:name = ${quote(value.slice(value.lastIndexOf('/') + 1))} AND file:parent_directory_ref.path = ${quote(value.slice(0, Math.max(1, value.lastIndexOf('/'))))}]`;
    case 'ssh-key':
      return `[artifact:payload_bin = ${quote(Buffer.from(value, 'utf8').toString('base64'))}]`;
    case 'kernel-module':
      return `[file:name = ${quote(`${value}.ko`)}]`;
    default:
      return type satisfies never;
  }
}

/** A string of the pattern language: backslash and quote are escaped (STIX 2.1, section 9.3). */
function quote(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}

function reportOf(summary: Summary, author: string, indicators: readonly StixObject[]): StixObject | undefined {
  if (indicators.length === 0) return undefined;
  return {
    type: 'report',
    spec_version: '2.1',
    id: `report--${uuidV5(NAMESPACE, indicators.map(({ id }) => id).join('\n'))}`,
    created: summary.generatedAt,
    modified: summary.generatedAt,
    created_by_ref: author,
    name: 'Analysis of a compromised instance',
    description: [summary.originNote, plainText(summary.verdict)].filter((text) => text !== '').join(' '),
    report_types: ['indicator'],
    published: summary.generatedAt,
    object_refs: indicators.map(({ id }) => id),
  };
}
