import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BadCdkJson } from './cdk-json';
import { QUESTIONS, readAnswers } from './init-answers';
import {
  type Answers,
  cdkJsonFor,
  codeownersFor,
  earlierAnswers,
  hasSamplePeople,
  manifestFor,
  policyFor,
  quorumsFor,
} from './init-files';
import type { CommandIo } from './io';

const ROOT = resolve(__dirname, '..');

/**
 * `cordon init`: asks what a team must say, writes it where it belongs and prints what to do next. Run it again at any
 * time: it writes the same files anew. `root` is the repository.
 */
export async function initCommand(argv: readonly string[], io: CommandIo, root = ROOT): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    io.stdout.write(HELP);
    return 0;
  }
  const answers = await answersOf(argv, io, root);
  if (typeof answers === 'string') {
    io.stderr.write(`cordon init: ${answers}\n`);
    return 2;
  }
  const written = [
    rewrite(root, 'runbooks/policy.yaml', (text) => policyFor(text, answers)),
    rewrite(root, 'cdk.json', (text) => cdkJsonFor(text, answers)),
    rewrite(root, '.github/CODEOWNERS', (text) => codeownersFor(text, answers.repository)),
    ...(answers.url ? [rewrite(root, 'bot/manifest.yaml', (text) => manifestFor(text, answers.url ?? ''))] : []),
  ];
  const samplePeople = hasSamplePeople(readFileSync(join(root, 'runbooks/policy.yaml'), 'utf8'));
  io.stdout.write(`${[...written, '', ...nextSteps(answers, samplePeople)].join('\n')}\n`);
  return 0;
}

async function answersOf(argv: readonly string[], io: CommandIo, root: string): Promise<Answers | string> {
  try {
    return await readAnswers(argv, io, earlierAnswers(readFileSync(join(root, 'cdk.json'), 'utf8')));
  } catch (error) {
    if (error instanceof BadCdkJson) return error.message;
    throw error;
  }
}

function rewrite(root: string, file: string, change: (text: string) => string): string {
  const path = join(root, file);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after === before) return `  ${file} says it already`;
  writeFileSync(path, after);
  return `  ${file} written`;
}

const HELP = `cordon init: writes what a team must say into cdk.json, runbooks/policy.yaml and .github/CODEOWNERS, and says what is next.
Asks what no flag answers; a later run needs only the flags that change.
${QUESTIONS.map(({ flag, must }) => `  --${flag}  ${must}\n`).join('')}`;

function nextSteps(answers: Answers, samplePeople: boolean): readonly string[] {
  const { account, region, team } = answers;
  const people = samplePeople
    ? ['Put your people into runbooks/policy.yaml (the ones there are made up), then: npx cordon policy check']
    : [];
  const before = [
    'npx cordon drill --decide stop=approve --out drill     # the whole incident on this machine',
    `npx cdk bootstrap aws://${account}/${region}`,
    'npx cdk deploy --all --outputs-file cdk-outputs.json',
    'npx cordon init --url <SlackRequestUrl>                # the app manifest gets its URLs',
  ];
  const after = [
    'The Slack app, the GitHub App, the image and the tools: README.md, Deploy, from Slack on',
    'npx cordon doctor                                       # what is still missing',
    'In the channel: /ir drill i-…                           # an instance tagged cordon:drill',
  ];
  const steps = [...people, ...(answers.url ? after : [...before, ...after])];
  return [
    ...(team === undefined ? [] : [stopAsks(team)]),
    'Next:',
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
  ];
}

function stopAsks(team: number): string {
  const { stop } = quorumsFor(team);
  return `A stop will ask ${stop === 1 ? 'one person who did not ask for it, with the typed id' : `${stop} persons`}.`;
}
