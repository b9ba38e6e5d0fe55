import { evidenceFileOf, evidenceOf } from '../../../../core/analysis/evidence-in-memory';
import {
  parseEnvironment,
  parseInjected,
  parseSocket,
  parseTask,
} from '../../../../core/analysis/memory/plugin-parsers';
import { pluginOf } from '../../../../core/analysis/memory/plugins';
import { readMemory } from '../../../../core/analysis/memory/read-memory';
import { readPlugin } from '../../../../core/analysis/memory/read-plugin';
import { readVolatile } from '../../../../core/analysis/memory/read-volatile';
import { trustworthyHistory } from '../../../../core/analysis/memory/shell-history';
import { recorded, recordedEvidence } from '../../../support/recorded-evidence';

const pslist = (text: string, stderr = '') =>
  readPlugin(evidenceFileOf('memory/linux.pslist.json', text), stderr, parseTask);
const TWO =
  '\n[\n  {\n    "COMM": "a",\n    "PID": 1,\n    "PPID": 0\n  },\n  {\n    "COMM": "b",\n    "PID": 2,\n    "PPID": 1\n  }\n]\n';

describe('the outcome of a plugin', () => {
  test.each([
    ['ok', TWO, ''],
    ['empty', '\n[]\n', 'Volatility 3 Framework 2.11.0'],
    ['crashed', '\n[', 'Traceback …\nTypeError: unsupported operand'],
    ['crashed', TWO.slice(0, 60), ''],
    ['crashed', TWO.slice(0, TWO.lastIndexOf(']')), ''],
    ['unknown-plugin', '', 'usage: volatility [-h]\nerror: argument PLUGIN: invalid choice linux.x'],
    ['crashed', '', ''],
  ])('%s is told from what it printed', async (kind, stdout, stderr) => {
    expect((await pslist(stdout, stderr)).outcome.kind).toBe(kind);
  });

  test('missing symbols are told from the plain text on stdout, as recorded', async () => {
    const text = await (await recorded('memory-errors/no-symbols.stdout')).text();
    expect((await pslist(text)).outcome).toMatchObject({ kind: 'no-symbols' });
  });

  test('a plugin that crashed keeps the rows before the end', async () => {
    const { outcome, rows } = await pslist(TWO.slice(0, TWO.indexOf('"PPID": 1')));
    expect(outcome).toMatchObject({ kind: 'crashed', rows: 1 });
    expect(rows.map(({ comm }) => comm)).toEqual(['a']);
  });
});

test('a row carries the line its object begins on, nested rows included', async () => {
  const tree = [{ COMM: 'init', PID: 1, PPID: 0, __children: [{ COMM: 'sh', PID: 9, PPID: 1, __children: [] }] }];
  const text = `\n${JSON.stringify(tree, null, 2)}\n`;
  const { rows } = await pslist(text);
  for (const { source } of rows) expect(text.split('\n')[source.line - 1]?.trim()).toBe('{');
  expect(rows.map(({ pid }) => pid)).toEqual([1, 9]);
  expect(JSON.parse(rows[1]?.source.text ?? '')).toEqual(tree[0]?.__children[0]);
});

test('a tree that is cut off gives its complete rows', async () => {
  const tree = [
    {
      COMM: 'init',
      PID: 1,
      PPID: 0,
      __children: [2, 3, 4].map((PID) => ({ COMM: 'x', PID, PPID: 1, __children: [] })),
    },
  ];
  const text = JSON.stringify(tree, null, 2);
  const { rows, outcome } = await pslist(text.slice(0, text.indexOf('"PID": 4')));
  expect(rows.map(({ pid }) => pid)).toEqual([2, 3]);
  expect(outcome.kind).toBe('crashed');
});

test('a row broken inside a text is reported with its line and the next ones are read', async () => {
  const broken = TWO.replace('"COMM": "a",', '"COMM": "a');
  const { rows, issues } = await pslist(broken);
  expect(rows.map(({ comm }) => comm)).toEqual(['b']);
  expect(issues[0]).toMatchObject({ line: 4, problem: expect.stringContaining('broken off') });
});

test('fields are found under the names of several releases, numbers as text included', async () => {
  const socket = {
    Pid: '7',
    'Process Name': 'x',
    Family: 'AF_INET',
    Type: 'STREAM',
    Proto: 'TCP',
    'Source Addr': '10.0.0.1',
    'Source Port': '8080',
    'Destination Addr': '1.2.3.4',
    'Destination Port': '443',
    State: 'ESTABLISHED',
    NetNS: 5,
    'Sock Offset': 9,
  };
  const sockets = await readPlugin(
    evidenceFileOf('memory/linux.sockstat.Sockstat.json', JSON.stringify([socket])),
    '',
    parseSocket,
  );
  expect(sockets.rows[0]).toMatchObject({ pid: 7, localPort: 8080, remotePort: 443, sock: '9' });
  const task = { Pid: 3, Tid: 3, PPid: 1, Comm: 'y', 'CREATION TIME': '2026-05-16 02:10:26.123456 UTC', UID: 33 };
  expect((await pslist(JSON.stringify([task]))).rows[0]).toMatchObject({
    pid: 3,
    comm: 'y',
    uid: 33,
    startedAt: Date.parse('2026-05-16T02:10:26.123Z'),
  });
});

test.each([
  ['memory/linux.pslist.json', 'pslist'],
  ['memory/linux.pslist.PsList.json', 'pslist'],
  ['memory/linux.malware.malfind.Malfind.json', 'malfind'],
  ['memory/linux.proc.Maps.json', 'proc.maps'],
  ['memory/linux.pagecache.Files.jsonl', 'pagecache.files'],
  ['memory/linux.check_modules.Check_modules.json', 'check_modules'],
  ['memory/linux.pslist.stderr', undefined],
  ['memory/_timings.tsv', undefined],
])('%s is the output of %s', (name, plugin) => {
  expect(pluginOf(name)).toBe(plugin);
});

test('commands read from a history file lose the time of the shell’s start, the false command is left out', async () => {
  const rows = (
    await readPlugin(await recorded('memory/linux.bash.json'), '', (fields, source) => {
      const pid = fields.number('PID');
      return pid === undefined
        ? undefined
        : { source, pid, process: '', command: fields.text('Command') ?? '', at: fields.time('CommandTime') };
    })
  ).rows;
  const history = trustworthyHistory(rows);
  expect(history.some(({ command }) => command === 'simple-command')).toBe(false);
  expect(history.filter(({ pid, at }) => pid === 220 && at === undefined)).toHaveLength(6);
  expect(history.filter(({ pid, at }) => pid === 287 && at === undefined)).toHaveLength(0);
});

test('malfind’s dump with its quotes and newlines gives the first bytes', async () => {
  const { rows } = await readPlugin(await recorded('memory/linux.malfind.json'), '', parseInjected);
  expect(rows.map(({ bytes }) => bytes.slice(0, 4))).toEqual([
    [0x55, 0x48, 0x89, 0xe5],
    [0x55, 0x48, 0x89, 0xe5],
  ]);
});

test('every recorded plugin gives the rows that its timing file counts, or its recorded failure', async () => {
  const facts = await readMemory(recordedEvidence, () => {});
  expect(facts.pslist).toHaveLength(86);
  expect(facts.psscan).toHaveLength(348);
  expect(facts.pstree).toHaveLength(86);
  expect(facts.maps).toHaveLength(1699);
  expect(facts.outcomes.get('hidden_modules')).toMatchObject({ kind: 'unknown-plugin' });
  expect(facts.outcomes.get('check_creds')).toEqual({ kind: 'empty' });
  expect(facts.issues).toEqual([]);
});

test('a plugin with two outputs counts by the better one', async () => {
  const row = JSON.stringify([{ PID: 5, COMM: 'x', KEY: 'A', VALUE: 'b' }]);
  const facts = await readMemory(
    evidenceOf({ 'memory/linux.envars.json': '[', 'memory/linux.envars.Envars.json': row }),
    () => {},
  );
  expect(facts.environment).toHaveLength(1);
  expect((await readPlugin(evidenceFileOf('x', row), '', parseEnvironment)).rows).toHaveLength(1);
});

test('volatile state is read list by list, and rows that do not fit are reported with their line', async () => {
  const state = {
    version: 1,
    collectedAt: '2026-06-01T12:00:00Z',
    hostname: 'web',
    processes: [{ pid: 1, comm: 'init' }, { comm: 'no pid' }],
    cron: [{ file: '/etc/crontab', line: '* * * * * root /tmp/x' }],
  };
  const facts = await readVolatile(evidenceFileOf('volatile/state.json', JSON.stringify(state, null, 1)));
  expect(facts.processes.map(({ row }) => row.pid)).toEqual([1]);
  expect(facts.issues).toHaveLength(1);
  expect(facts.cron[0]?.source.text).toBe(JSON.stringify(state.cron[0]));
  expect(facts.hostname).toBe('web');
});
