/** What `cdk diff` or `cdk drift` names as different from main. */
export interface Drifted {
  readonly stack: string;
  /** `AWS::SSM::Document` */
  readonly type: string;
  readonly id: string;
}

/** `[~] AWS::SSM::Document Documents/AnalyseDisk DocumentsAnalyseDisk…`: what both commands print for a resource. */
const RESOURCE = /^\s*\[[+~-]\] (AWS::\S+) (\S+)/;
const STACK = /^Stack (\S+)/;

/** Reads the output of `cdk diff` or `cdk drift`, colours and all. Lines that name no resource are passed over. */
export function readDrift(output: string): readonly Drifted[] {
  let stack = '';
  const found: Drifted[] = [];
  // Colours are there even without a terminal when CI asks for them.
  for (const line of output.replace(COLOUR, '').split('\n')) {
    stack = STACK.exec(line)?.[1] ?? stack;
    const resource = RESOURCE.exec(line);
    if (resource) found.push({ stack, type: resource[1] ?? '', id: resource[2] ?? '' });
  }
  return found;
}

/** ECMA-48 "select graphic rendition". */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

const KINDS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/^AWS::SSM::Document$/, 'runbooks (SSM documents)'],
  [/^AWS::Lambda::/, 'code, with its playbooks and policy'],
  [/^AWS::StepFunctions::/, 'the workflow'],
  [/^AWS::(IAM::|KMS::Key$|S3::BucketPolicy$|Lambda::Permission$|SQS::QueuePolicy$)/, 'permissions'],
  [/^AWS::(EC2|Route53Resolver)::/, 'the network'],
];

/** What a person reads: how many things of which kind, and which. `undefined` when nothing differs. */
export function driftSentence(drifted: readonly Drifted[]): string | undefined {
  if (drifted.length === 0) return undefined;
  const byKind = new Map<string, Drifted[]>();
  for (const each of drifted) {
    const words = KINDS.find(([pattern]) => pattern.test(each.type))?.[1] ?? 'something else';
    byKind.set(words, [...(byKind.get(words) ?? []), each]);
  }
  const kinds = [...byKind].map(([words, those]) => {
    const names = those.map(({ stack, id }) => `${stack}/${id}`);
    const shown = names.slice(0, MOST_NAMED).join(', ');
    return `${words}: ${shown}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''}`;
  });
  return `What runs is not what main says. ${kinds.join('; ')}.`;
}

const MOST_NAMED = 5;
