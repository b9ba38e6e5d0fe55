import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { appManifest, commandTable } from '../../../bot/commands/manifest';
import { COMMAND_ROWS, findCommand, usageOf } from '../../../bot/commands/table';
import { helpAll, helpOn } from '../../../bot/views/help';
import { loadRulebook } from '../../../core/policy/load';

const ROOT = join(__dirname, '..', '..', '..');

describe('what is made from the command table', () => {
  test('the manifest in the repository is the generated one (UPDATE_GOLDEN=1 writes it)', () => {
    const path = join(ROOT, 'bot/manifest.yaml');
    const manifest = appManifest('https://your-api.execute-api.eu-west-1.amazonaws.com');
    if (process.env.UPDATE_GOLDEN === '1') {
      const head = readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('#'));
      writeFileSync(path, `${head.join('\n')}\n${stringify(manifest)}`);
    }
    expect(parse(readFileSync(path, 'utf8'))).toEqual(manifest);
  });

  test('the usage hint names commands that exist', () => {
    const hint = appManifest('https://x').features.slash_commands[0]?.usage_hint ?? '';
    const named = hint.split(' | ').map((part) => part.replace(/ (?:i-…|\[.*\])$/, ''));
    expect(named.filter((path) => findCommand(path) === undefined)).toEqual([]);
  });

  test('help shows every command, and the usage of each', () => {
    const all = JSON.stringify(helpAll());
    for (const row of COMMAND_ROWS) {
      expect(all).toContain(`/ir ${row.path}`);
      expect(JSON.stringify(helpOn(row.path))).toContain(JSON.stringify(usageOf(row)).slice(1, -1).slice(0, 30));
    }
  });

  test('the README holds the table as it is', () => {
    const readme = join(ROOT, 'README.md');
    const table = commandTable();
    expect(table.split('\n')).toHaveLength(COMMAND_ROWS.length + 2);
    if (existsSync(readme) && readFileSync(readme, 'utf8').includes('| Command | What it does |')) {
      expect(readFileSync(readme, 'utf8')).toContain(table);
    }
  });

  test('policy names only commands of the table, and every changing command is granted to some role', () => {
    const { policy } = loadRulebook(ROOT);
    const granted = new Set([...policy.everyone, ...Object.values(policy.roles).flatMap((role) => role.may)]);
    const extra = new Set(['*', 'note', 'decide', 'evidence links']);
    const unknown = [...granted].filter((action) => !extra.has(action) && findCommand(action) === undefined);
    expect(unknown).toEqual([]);
    expect(COMMAND_ROWS.filter((row) => row.path !== 'help' && !granted.has(row.path)).map((row) => row.path)).toEqual(
      [],
    );
  });
});
