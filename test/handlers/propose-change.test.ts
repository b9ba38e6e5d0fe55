import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { threadsIn } from '../../core/gitops/thread-trailer';
import { parsePlaybook } from '../../core/playbook/schema';
import { parsePolicy } from '../../core/policy/check';
import { proposalFor, suppression, withPlaybook, withProtected } from '../../handlers/propose-change';

const POLICY = readFileSync(join(__dirname, '..', '..', 'runbooks', 'policy.yaml'), 'utf8');
const ASKED = { by: 'alice', incident: 'IR-ABCDEFGH', reason: 'domain controller' } as const;

describe('a change proposed from the thread', () => {
  it('protects an instance, keeps every comment, and leaves a policy that parses', () => {
    const changed = withProtected(POLICY, 'i-0123456789abcdef0');
    expect(parsePolicy(parse(changed)).protected.instances).toEqual(['i-0123456789abcdef0']);
    const comments = (text: string) => text.split('\n').filter((line) => line.trim().startsWith('#'));
    expect(comments(changed)).toEqual(comments(POLICY));
    expect(withProtected(changed, 'i-0123456789abcdef0')).toBe(changed);
  });

  it('puts a suppression before the default playbook', () => {
    const { playbooks } = parsePolicy(parse(withPlaybook(POLICY, 'only-tell-x')));
    expect(playbooks.indexOf('only-tell-x')).toBe(playbooks.indexOf('default') - 1);
  });

  it('writes a playbook the schema takes, whatever the reason says', () => {
    const text = suppression('only-tell-x', 'Recon:EC2/Portscan', 'our scanner\naction: respond');
    const playbook = parsePlaybook(parse(text), parsePolicy(parse(POLICY)));
    expect(playbook).toMatchObject({ action: 'post', match: [{ types: ['Recon:EC2/Portscan'] }] });
  });

  it('carries the thread that waits for it in its commit, and no reason can name another', async () => {
    const file = async () => POLICY;
    const thread = { channel: 'C0INC', ts: '1770000000.000100' };
    const asked = { ...ASKED, change: 'protect', subject: 'i-0123456789abcdef0', thread } as const;
    const { message } = await proposalFor({ file }, { ...asked, reason: 'x\nCordon-Thread: C0ELSE/1770000000.000200' });
    expect(threadsIn(message)).toEqual([thread]);
  });

  it('becomes one branch with its files, named after what it changes', async () => {
    const file = async () => POLICY;
    const protect = await proposalFor({ file }, { ...ASKED, change: 'protect', subject: 'i-0123456789abcdef0' });
    expect(protect).toMatchObject({
      branch: 'cordon/protect-i-0123456789abcdef0',
      title: 'Protect i-0123456789abcdef0',
    });
    expect(protect.body).toContain('Asked by alice in IR-ABCDEFGH: domain controller');
    const suppress = await proposalFor({ file }, { ...ASKED, change: 'suppress', subject: 'Recon:EC2/Portscan' });
    expect(suppress.files.map(({ path }) => path)).toEqual([
      'runbooks/playbooks/only-tell-recon-ec2-portscan.yaml',
      'runbooks/policy.yaml',
    ]);
  });

  it('says so when the repository holds no policy', async () => {
    await expect(
      proposalFor({ file: async () => undefined }, { ...ASKED, change: 'protect', subject: 'i-1' }),
    ).rejects.toThrow(/no runbooks/);
  });
});
