import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CAPTURE_OUTCOMES } from '../../core/collect/capture-result';
import { DOCUMENTS } from '../../core/collect/documents';
import { readSsmDocument } from '../../core/collect/ssm-document';

const RUNBOOKS = resolve(__dirname, '../../runbooks');
const SCRIPT = join(RUNBOOKS, 'scripts', 'capture-memory.ps1');
const TEXT = readFileSync(SCRIPT, 'utf8');

/** The code alone: comments gone, every string literal emptied. Throws when a string does not end on its line. */
function codeOf(text: string): string {
  return text.replace(/#.*|'(?:[^'\n]|'')*'|"(?:`.|[^"`\n])*"|['"].*/g, (found) => {
    if (found.startsWith('#')) return '';
    if (/^(['"]).*\1$/.test(found) && found.length > 1) return "''";
    throw new Error(`a string has no end: ${found}`);
  });
}

/** The first bracket that closes nothing, or that nothing closes; undefined when all are paired. */
function unpaired(code: string): string | undefined {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };
  for (const character of code) {
    if ('({['.includes(character)) open.push(character);
    else if (character in pairs && open.pop() !== pairs[character]) return character;
  }
  return open.at(-1);
}

const all = (pattern: RegExp, text = TEXT) => [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];

// No PowerShell in the build: this looks at the shape of the script. It has never run on a real Windows host.
describe('the memory capture for Windows, as far as its text can tell', () => {
  const code = codeOf(TEXT);

  it('pairs its brackets and ends its strings', () => {
    expect(unpaired(code)).toBeUndefined();
  });

  it.each([
    ['a brace too few', TEXT.replace(/\}\s*$/, '')],
    ['a bracket of the wrong kind', TEXT.replace('Get-Lines([string]', 'Get-Lines([string)')],
  ])('would be found with %s', (_what, broken) => {
    expect(unpaired(codeOf(broken))).toBeDefined();
  });

  it('would be found with a string that does not end', () => {
    expect(() => codeOf(TEXT.replace("'Stop'", "'Stop"))).toThrow(/no end/);
  });

  it('calls only functions it defines and cmdlets of Windows PowerShell 5.1', () => {
    const defined = all(/^function ([A-Z][a-z]+-[A-Za-z]+)/gm);
    const known = [
      'ConvertTo-Json',
      'ForEach-Object',
      'Get-Date',
      'Get-FileHash',
      'Get-Item',
      'Invoke-WebRequest',
      'Join-Path',
      'New-Object',
      'Out-Null',
      'Remove-Item',
      'Set-StrictMode',
      'Start-Sleep',
      'Where-Object',
      'Write-Output',
    ];
    const called = all(/(?<![-\w$.'])([A-Z][A-Za-z]+-[A-Z][A-Za-z]+)/g, code);
    expect(called.filter((name) => !defined.includes(name) && !known.includes(name))).toEqual([]);
    expect(defined.filter((name) => !called.includes(name))).toEqual([]);
  });

  it('keeps the contract of the other script: its outcomes, its list, its parameters', () => {
    const outcomes = all(/Complete-Capture '([a-z-]+)'|"outcome":"([a-z-]+)"/g).filter((name) => name !== '');
    expect(outcomes).toEqual(
      expect.arrayContaining(['captured', 'no-tool', 'source-failed', 'time-out', 'upload-failed']),
    );
    expect(outcomes.filter((name) => !CAPTURE_OUTCOMES.some((known) => known === name))).toEqual([]);
    expect(all(/Get-Lines '([a-z0-9]+)'/g).sort()).toEqual(['part', 'result', 'sha256', 'tool']);
    const document = JSON.stringify(readSsmDocument(RUNBOOKS, DOCUMENTS.captureMemoryWindows.file));
    const read = all(/\$env:(CORDON_[A-Z_]+)/g);
    expect(read.filter((name) => !document.includes(`$env:${name} = '{{`))).toEqual([]);
  });

  it('answers the same intent again with what it said first, before it takes the lock or reads anything', () => {
    const order = ['$Store.GetValue($Key)', 'Write-Output $Before', 'Threading.Mutex', "Get-Lines 'tool'"];
    const places = order.map((text) => TEXT.indexOf(text));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places).not.toContain(-1);
    // Every end goes through the one function that keeps what it says, in memory only.
    expect(TEXT).toContain('$Store.SetValue($Key, $result)');
    expect(TEXT).toContain('RegistryOptions]::Volatile');
  });

  it('never runs text as code, and writes no image on the disk', () => {
    expect(code).not.toMatch(/Invoke-Expression|\biex\b|ScriptBlock|Add-Type|DownloadString/i);
    expect(all(/-OutFile (\S+)/g, code)).toEqual(['$tool']);
  });

  it('says in the document that it has never run on a real Windows host', () => {
    expect(JSON.stringify(readSsmDocument(RUNBOOKS, DOCUMENTS.captureMemoryWindows.file))).toMatch(
      /never run on a real Windows host/,
    );
    expect(readFileSync(resolve(RUNBOOKS, '../README.md'), 'utf8')).toMatch(/Windows: syntax only/);
  });

  const shell = spawnSync('pwsh', ['-Version']).error === undefined;
  (shell ? it : it.skip)('is parsed by PowerShell without an error (where PowerShell is installed)', () => {
    const parse = `$e=$null; [void][Management.Automation.Language.Parser]::ParseFile('${SCRIPT}',[ref]$null,[ref]$e); $e.Count`;
    expect(spawnSync('pwsh', ['-NoProfile', '-Command', parse], { encoding: 'utf8' }).stdout.trim()).toBe('0');
  });
});
