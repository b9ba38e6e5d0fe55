import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { evidenceOnDisk } from '../core/adapters/evidence/evidence-on-disk';
import { describeError } from '../core/errors';
import type { EvidenceFolder } from '../core/evidence/evidence-folder';
import { type Verification, verifyFolder } from '../core/evidence/verify';
import { loadRulebook } from '../core/policy/load';
import { plural } from '../core/text';
import type { CommandIo } from './io';

const USAGE = 'cordon verify DIR|s3://BUCKET/PREFIX [--key FINGERPRINT] [--head HEAD] [--json]';
const ROOT = resolve(__dirname, '..');

/** `cordon verify`: exit 0 verified, 1 names the first bad entry, 2 for what is no evidence. */
export async function verifyCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const asked = readArguments(argv);
  if (typeof asked === 'string') return refuse(io, asked);
  if (asked.help) {
    io.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    const folder = await openFolder(asked.where);
    if (typeof folder === 'string') return refuse(io, folder);
    const result = underHead(await verifyFolder(folder), asked.head);
    if (result.verdict === 'not-evidence') return refuse(io, `${asked.where} is no evidence: ${result.why}.`);
    const trusted = asked.key ?? policyFingerprint();
    return tell(io, result, anchorOf(result, trusted, asked.key === undefined ? 'policy.yaml' : '--key'), asked.json);
  } catch (error) {
    return refuse(io, `${asked.where} could not be read: ${describeError(error).message}`);
  }
}

interface Asked {
  readonly where: string;
  readonly key: string | undefined;
  /** The head that the thread was told: an older seal of the same incident has another. */
  readonly head: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

const HEX = { type: 'string' } as const;

function readArguments(argv: readonly string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { key: HEX, head: HEX, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    const [key, head] = [values.key?.toLowerCase(), values.head?.toLowerCase()];
    if (key !== undefined && !/^[0-9a-f]{64}$/.test(key))
      return `--key wants a fingerprint of 64 hex digits, not "${values.key}".`;
    if (head !== undefined && !/^[0-9a-f]{64}$/.test(head))
      return `--head wants a head of 64 hex digits, as the thread shows it, not "${values.head}".`;
    const [where, ...more] = positionals;
    const help = values.help === true;
    if (!help && (where === undefined || more.length > 0)) return `Say one folder or s3:// prefix: ${USAGE}`;
    return { where: where ?? '', key, head, json: values.json === true, help };
  } catch (error) {
    return `${describeError(error).message} Usage: ${USAGE}`;
  }
}

function refuse(io: CommandIo, problem: string): number {
  io.stderr.write(`cordon verify: ${problem}\n`);
  return 2;
}

async function openFolder(where: string): Promise<EvidenceFolder | string> {
  const s3 = /^s3:\/\/([a-z0-9.-]{3,63})\/?(.*)$/.exec(where);
  if (s3 !== null) return s3Folder(s3[1] ?? '', s3[2] ?? '');
  if (where.startsWith('s3:')) return `${where} is not an S3 address: write s3://BUCKET/PREFIX.`;
  const found = await stat(where).catch(() => undefined);
  if (found === undefined) return `${where} does not exist.`;
  return found.isDirectory() ? evidenceOnDisk(where) : `${where} is a file: name the folder that holds the evidence.`;
}

/** Loaded only when asked for: verifying a folder needs no SDK. */
async function s3Folder(bucket: string, prefix: string): Promise<EvidenceFolder> {
  const { evidenceInS3 } = await import('../core/adapters/aws/evidence-in-s3');
  return evidenceInS3(bucket, prefix);
}

/** The fingerprint under code review; a verifier far from the repository gives --key. */
function policyFingerprint(): string | undefined {
  try {
    return loadRulebook(ROOT).policy.signingKey.fingerprint;
  } catch {
    return undefined;
  }
}

/** Everything may hold and yet be old: a run that was sealed before the release has a whole ledger and manifest of its own. */
function underHead(result: Verification, head: string | undefined): Verification {
  if (head === undefined || result.verdict === 'bad' || result.verdict === 'not-evidence') return result;
  if (result.verdict === 'nothing-sealed')
    return { verdict: 'bad', entry: 'head', why: `--head names ${head}, and nothing here was sealed` };
  if (head === result.head) return result;
  return {
    verdict: 'bad',
    entry: 'head',
    why: `it is ${result.head}, and --head names ${head}: another seal, or an older one`,
  };
}

type Anchor = { readonly state: 'anchored' | 'not-anchored' | 'foreign'; readonly words: string };

function anchorOf(result: Verification, trusted: string | undefined, by: string): Anchor {
  if (result.verdict !== 'verified') return { state: 'not-anchored', words: '' };
  if (trusted === undefined)
    return {
      state: 'not-anchored',
      words: `signature not anchored: give --key FINGERPRINT, known from elsewhere, to trust key ${result.fingerprint}`,
    };
  if (trusted === result.fingerprint) return { state: 'anchored', words: `signed by the key ${by} names` };
  return { state: 'foreign', words: `signed by key ${result.fingerprint}, and ${by} names ${trusted}` };
}

function tell(io: CommandIo, result: Verification, anchor: Anchor, json: boolean): number {
  const isBad = result.verdict === 'bad' || anchor.state === 'foreign';
  if (json) io.stdout.write(`${JSON.stringify({ ...result, anchor: anchor.state })}\n`);
  else io.stdout.write(`${sentence(result, anchor)}\n`);
  return isBad ? 1 : 0;
}

function sentence(result: Verification, anchor: Anchor): string {
  switch (result.verdict) {
    case 'bad':
      return `BAD ${result.entry}: ${result.why}.`;
    case 'nothing-sealed':
      return `The ledger chain holds (${result.rows} rows). Nothing was sealed: the finding was only posted.`;
    case 'verified': {
      const what = `${result.incident}: ${result.artefacts} artefacts and ${result.rows} ledger rows under head ${result.head}`;
      if (anchor.state === 'foreign') return `BAD signing key: ${anchor.words}.`;
      return `Verified ${what}; ${anchor.words}.${besides(result.unnamed)}`;
    }
    case 'not-evidence':
      return `Not evidence: ${result.why}.`;
  }
}

function besides([first, ...more]: readonly string[]): string {
  if (first === undefined) return '';
  const what = more.length === 0 ? first : `${first} and ${plural(more.length, 'other file')}`;
  return ` No entry names ${what}: ${more.length === 0 ? 'it proves' : 'they prove'} nothing.`;
}
