import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SCRIPTS = resolve(__dirname, '../../runbooks/scripts');

/** Prints each place of the PowerShell on stdin that the grammar does not take, as `line: what`. */
const PARSE = `
import sys, tree_sitter, tree_sitter_powershell
parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
def wrong(node):
    if node.type == 'ERROR' or node.is_missing: yield node
    for child in node.children:
        if child.has_error: yield from wrong(child)
for node in wrong(parser.parse(sys.stdin.buffer.read()).root_node):
    print(f'{node.start_point[0] + 1}: {node.type}')
`;

/** Whether Python has tree-sitter's grammar of PowerShell. */
const grammar = spawnSync('python3', ['-c', 'import tree_sitter, tree_sitter_powershell']).status === 0;

function mistakes(text: string): readonly string[] {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', PARSE], { input: text, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

// No PowerShell runs here, so the script is parsed and never run: what its words do on a real Windows host is not shown.
(grammar ? describe : describe.skip)('the memory capture for Windows, as a grammar of PowerShell reads it', () => {
  const text = readFileSync(join(SCRIPTS, 'capture-memory.ps1'), 'utf8');

  it('has no mistake of syntax', () => {
    expect(mistakes(text)).toEqual([]);
  });

  it.each([
    ['a parameter of a broken type', text.replace('Get-Lines([string]', 'Get-Lines([string)')],
    ['a brace too few at its end', text.replace(/\}\s*$/, '')],
    ['a pipe into nothing', `${text}\nGet-Item . |\n`],
  ])('would be found with %s', (_what, broken) => {
    expect(broken).not.toBe(text);
    expect(mistakes(broken)).not.toEqual([]);
  });
});
