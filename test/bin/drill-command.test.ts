import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { drillCommand } from '../../bin/drill-command';

const folder = mkdtempSync(join(tmpdir(), 'drill-'));
const at = (name: string) => join(folder, name);
writeFileSync(at('broken.json'), '{');
writeFileSync(at('bare.json'), '{"id": "x"}');
writeFileSync(at('not-a-folder'), '');
// An assembly that names a template which is not there.
mkdirSync(at('assembly'));
const templateFile = 'Lost.template.json';
const artifacts = { Lost: { type: 'aws:cloudformation:stack', properties: { templateFile } } };
writeFileSync(at('assembly/manifest.json'), JSON.stringify({ version: '1.0.0', artifacts }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function refusal(...argv: string[]): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  expect(await drillCommand(argv, { stdout, stderr })).toBe(2);
  expect(stdout.read()).toBeNull();
  return String(stderr.read());
}

const ASSEMBLY = ['--assembly', at('assembly')];

describe('cordon drill, asked wrongly', () => {
  test.each<[string, string[], RegExp]>([
    ['a finding that is not there', ['--finding', at('none.json')], /none\.json cannot be read/],
    ['a finding that is not JSON', ['--finding', at('broken.json')], /broken\.json is not JSON/],
    ['a finding without its envelope', ['--finding', at('bare.json')], /no EventBridge event: "account" is missing/],
    ['a gate nobody knows', ['--decide', 'coffee=approve'], /no gate "coffee"\. Gates: contain, .*failed:STATE/],
    ['a folder that is no assembly', ['--assembly', folder], /holds no manifest\.json/],
    ['an assembly without its template', ASSEMBLY, /Lost\.template\.json is not there/],
    ['a person nobody knows', [...ASSEMBLY, '--decide', 'stop=approve@mallory'], /no person "mallory"/],
    ['evidence that is no folder', [...ASSEMBLY, '--evidence', at('not-a-folder')], /is not a folder/],
    [
      'a place nothing can be written to',
      [...ASSEMBLY, '--out', at('not-a-folder/x')],
      /cannot be written \(ENOTDIR\)/,
    ],
  ])('answers %s with one sentence and exit 2', async (_, argv, sentence) => {
    const said = await refusal(...argv);
    expect(said).toMatch(sentence);
    expect(said).toMatch(/^cordon drill: .*\.\n$/);
  });
});
