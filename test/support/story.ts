import { cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncidentId } from '../../core/incident/ids';
import type { CallRow } from '../../lab/aws/recorder';
import type { Desk, DeskOptions } from '../../lab/desk/desk';
import { readDrillArguments } from '../../lab/drill/arguments';
import { type DrillRequest, type DrillResult, runDrill } from '../../lab/drill/drill';
import type { ScenarioOptions } from '../../lab/estate/from-finding';
import type { FunctionPool } from '../../lab/lambda/function-pool';
import type { SlackMessage, SlackUser } from '../../lab/slack/workspace';
import { storyAssembly } from './story-assembly';

export type FindingJson = Record<string, unknown> & { detail: Record<string, unknown> };

export interface StoryRequest {
  readonly event?: FindingJson;
  /** As on the command line: `stop=approve`, `contain=reject@alice`. */
  readonly decide?: readonly string[];
  /** As on the command line: a state and what is typed as it is entered. */
  readonly at?: readonly (readonly [state: string, words: string])[];
  readonly seed?: string;
  readonly scenario?: ScenarioOptions;
  readonly crash?: DeskOptions['crash'];
  /** `all`: everything recorded of the lab's machine, as a drill has it. Otherwise a few files: a third of the calls. */
  readonly evidence?: 'few' | 'all';
  readonly patienceMs?: number;
  readonly before?: DrillRequest['before'];
  readonly after?: DrillRequest['after'];
}

export interface Story extends DrillResult {
  /** Cards of the channel in order. */
  readonly cards: readonly SlackMessage[];
  /** What a person reads: the card of the incident (the first one where none is named) and its thread, in order. */
  thread(incident?: string): readonly string[];
  /** Calls of one operation that took effect. */
  calls(service: string, operation: string): readonly CallRow[];
  /** What happened to the world: the lab's own notes, `StopInstances i-…`. */
  effects(what: string): readonly string[];
}

/** Outputs that name a process, a shell and a connection: enough for a verdict. */
const FEW: Readonly<Record<string, readonly string[]>> = {
  disk: ['fsstat.txt', 'ils-e-orphans.txt', 'mmls.txt', 'sha256.txt'],
  memory: ['banners.Banners.json', 'linux.bash.json', 'linux.pslist.json', 'linux.pstree.json', 'linux.sockstat.json'],
};

const ROOT = join(__dirname, '..', '..');
const pools = new Map<string, FunctionPool>();
const open: Desk[] = [];

/** The committed finding, `change`d. */
export function finding(change: (event: FindingJson) => void = () => undefined): FindingJson {
  const event: FindingJson = JSON.parse(
    readFileSync(join(ROOT, 'test', 'fixtures', 'findings', 'dns-exfiltration.json'), 'utf8'),
  );
  change(event);
  return event;
}

/** Plays one event through the whole product in the lab. The desk is closed by `closeStories`. */
export async function play(request: StoryRequest = {}): Promise<Story> {
  const { decide = [], at = [], seed = '1', crash, event = finding(), before, after, scenario, patienceMs } = request;
  const evidence = request.evidence === 'all' ? {} : { evidence: fewOutputs() };
  const wanted = readDrillArguments([
    ...decide.flatMap((word) => ['--decide', word]),
    ...at.flatMap(([state, words]) => ['--at', state, words]),
  ]);
  if (typeof wanted === 'string') throw new Error(wanted);
  const result = await runDrill({
    event,
    decisions: wanted.decisions,
    at: wanted.at,
    desk: { assembly: await storyAssembly(), seed, pools, ...evidence, ...(crash ? { crash } : {}) },
    ...(scenario ? { scenario } : {}),
    ...(patienceMs ? { patienceMs } : {}),
    before: async (desk) => {
      open.push(desk);
      await before?.(desk);
    },
    ...(after ? { after } : {}),
  });
  return storyOf(result, event);
}

let few: string | undefined;

/** A folder with some of lab/evidence. */
function fewOutputs(): string {
  if (few !== undefined) return few;
  const folder = mkdtempSync(join(tmpdir(), 'story-evidence-'));
  for (const [kind, names] of Object.entries(FEW)) {
    mkdirSync(join(folder, kind));
    for (const name of names) cpSync(join(ROOT, 'lab', 'evidence', kind, name), join(folder, kind, name));
  }
  few = folder;
  return folder;
}

/** To be called after each test. */
export async function closeStories(): Promise<void> {
  await Promise.all(open.splice(0).map((desk) => desk.close()));
}

function storyOf(result: DrillResult, event: FindingJson): Story {
  const { desk } = result;
  const { messages } = desk.slack.workspace;
  const estate = desk.lab.estates.at(String(event.account), String(event.region));
  const cards = messages.filter((one) => one.channel === desk.channel && one.thread_ts === undefined);
  return {
    ...result,
    cards,
    thread: (incident) => {
      const card = incident === undefined ? cards[0] : cards.find((one) => slotOf(one).incident === incident);
      return card === undefined ? [] : desk.slack.workspace.thread(card.channel, card.ts).map(wordsOf);
    },
    calls: (service, operation) =>
      desk.lab.services.recorder.rows.filter(
        (row) => row.service === service && row.operation === operation && row.outcome === 'ok',
      ),
    effects: (what) => estate.effects.filter((one) => one.what === what).map(({ on }) => on),
  };
}

/**
 * Everything that can be read on a message, as Slack shows it: the texts of its blocks (its fallback where it has none)
 * without the marks of emphasis, and with `&`, `<` and `>` as they are.
 */
export function wordsOf(message: Pick<SlackMessage, 'text' | 'blocks'>): string {
  const words = textsIn(message.blocks);
  const text = words.length === 0 ? message.text : words.join('\n');
  return text.replace(/[*`]/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  const text: unknown = Reflect.get(value, 'text');
  if (typeof text === 'string') return [text];
  return Object.values(value).flatMap(textsIn);
}

/** What our messages carry: whose they are and which place of the thread they fill. */
export function slotOf(message: SlackMessage): { readonly incident?: IncidentId; readonly slot?: string } {
  const { event_payload: payload } = Object(message.metadata);
  return payload ?? {};
}

export function person(desk: Desk, name: string): SlackUser {
  const found = [...desk.slack.workspace.users.values()].find((user) => user.person === name);
  if (found === undefined) throw new Error(`The lab's workspace has no ${name}.`);
  return found;
}

/** Something that happens so many milliseconds after now, while the story runs. */
export function later(desk: Desk, ms: number, what: string, act: () => unknown): void {
  desk.lab.clock.setTimer(ms, () => void act(), `story ${what}`);
}

/** ISO time so many milliseconds after the story's clock. */
export function inTime(desk: Desk, ms: number): string {
  return new Date(desk.lab.clock.now() + ms).toISOString();
}
