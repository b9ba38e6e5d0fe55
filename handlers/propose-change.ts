import { isSeq, parseDocument, stringify, YAMLSeq } from 'yaml';
import { NeedsHuman } from '../core/errors';
import { threadTrailer, type WaitingThread } from '../core/gitops/thread-trailer';
import type { ProposalKind } from '../core/incident/events';
import type { ProposedChange, Repository } from '../core/ports/repository';

export interface AskedChange {
  readonly change: ProposalKind;
  readonly subject: string;
  readonly reason?: string;
  readonly by: string;
  readonly incident: string;
  /** The incident's thread, to be told when the change is deployed. */
  readonly thread?: WaitingThread;
}

const POLICY = 'runbooks/policy.yaml';

/** Letters, digits and dashes: what a branch and a playbook's name may hold. */
function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 30);
}

/** The list at `path` of a YAML document, made when it is missing; comments and order of the file stay. */
function listAt(text: string, path: readonly string[]) {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new NeedsHuman(`${POLICY} in the repository is not YAML: mend it by hand.`);
  if (!isSeq(document.getIn(path))) document.setIn(path, new YAMLSeq());
  const list = document.getIn(path);
  if (!isSeq(list)) throw new NeedsHuman(`${POLICY} has no list ${path.join('.')}: mend it by hand.`);
  return { document, list };
}

/** policy.yaml with one more protected instance. */
export function withProtected(policy: string, instance: string): string {
  const { document, list } = listAt(policy, ['protected', 'instances']);
  const known: unknown = list.toJSON();
  if (Array.isArray(known) && known.includes(instance)) return policy;
  list.add(instance);
  list.flow = false;
  return document.toString({ lineWidth: 120 });
}

/** policy.yaml with a playbook tried before the default one. */
export function withPlaybook(policy: string, name: string): string {
  const { document, list } = listAt(policy, ['playbooks']);
  const known: unknown = list.toJSON();
  const names = Array.isArray(known) ? known.map(String) : [];
  if (names.includes(name)) return policy;
  const before = names.indexOf('default');
  list.items.splice(before < 0 ? list.items.length : before, 0, document.createNode(name));
  return document.toString({ lineWidth: 120 });
}

/** A playbook that tells findings of one type and does nothing else. */
export function suppression(name: string, type: string, why: string): string {
  const playbook = {
    name,
    title: `Tell ${type} and do not act on it`.slice(0, 120),
    match: [{ types: [type] }],
    action: 'post',
  };
  const comment = why.replace(/[\r\n]+/g, ' ').slice(0, 200);
  return `# ${comment}\n${stringify(playbook)}`;
}

/** The thread's trailer stands in a paragraph of its own, as git wants it; what a person wrote cannot pass for one. */
function messageOf(title: string, why: string, thread: WaitingThread | undefined): string {
  const reason = why.replace(/[\r\n]+/g, ' ');
  return [title, `Why: ${reason}`, ...(thread ? [threadTrailer(thread)] : [])].join('\n\n');
}

/** The pull request that a change asked in a thread becomes. Reads the files as they are on the default branch. */
export async function proposalFor(repository: Pick<Repository, 'file'>, asked: AskedChange): Promise<ProposedChange> {
  const policy = await repository.file(POLICY);
  if (policy === undefined) throw new NeedsHuman(`The repository has no ${POLICY}: nothing can be proposed.`);
  const why = asked.reason ?? 'no reason given';
  const slug = slugOf(asked.subject);
  const body = `Asked by ${asked.by} in ${asked.incident}: ${why}\n\nMerging deploys it; the thread follows this pull request.`;
  const common = { branch: `cordon/${asked.change}-${slug}`, body };
  if (asked.change === 'protect') {
    const title = `Protect ${asked.subject}`;
    return {
      ...common,
      title,
      message: messageOf(title, why, asked.thread),
      files: [{ path: POLICY, content: withProtected(policy, asked.subject) }],
    };
  }
  const name = `only-tell-${slug}`.slice(0, 40);
  const title = `Only tell ${asked.subject}`;
  const files = [
    { path: `runbooks/playbooks/${name}.yaml`, content: suppression(name, asked.subject, why) },
    { path: POLICY, content: withPlaybook(policy, name) },
  ];
  return { ...common, title, message: messageOf(title, why, asked.thread), files };
}
