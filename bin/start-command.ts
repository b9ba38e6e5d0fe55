import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Desk } from '../lab/desk/desk';
import type { PageState } from '../lab/page-server/model';
import type { Theatre } from '../lab/page-server/theatre';
import type { CommandIo } from './io';

const ROOT = resolve(__dirname, '..');
const DEFAULT_PORT = 4600;
const USAGE =
  'start takes --once (decide everything and end), --keep (go on where the last start ended) and --assembly DIR.';
const SEED = '1';
/** On the page, what takes AWS half an hour takes half a minute. */
const FASTER = 40;

interface StartOptions {
  readonly once: boolean;
  readonly keep: boolean;
  readonly port: number;
  /** Runs this cdk.out instead of synthesizing. */
  readonly assembly?: string;
}

/** `cordon start`: the lab with its page; plays the committed finding up to the stop gate, printing the thread. */
export async function startCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    io.stderr.write(`${options}\n`);
    return 2;
  }
  return options.once ? once(options, io) : stayUp(options, io);
}

function readOptions(argv: readonly string[]): StartOptions | string {
  const at = argv.indexOf('--assembly');
  const assembly = at < 0 ? undefined : argv[at + 1];
  if (at >= 0 && assembly === undefined) return `--assembly needs a folder: ${USAGE}`;
  const words = at < 0 ? argv : argv.toSpliced(at, 2);
  const unknown = words.find((word) => word !== '--once' && word !== '--keep');
  if (unknown !== undefined) return `start does not know "${unknown}": ${USAGE}`;
  const text = process.env.PORT ?? String(DEFAULT_PORT);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return `PORT must be a number up to 65535; it is "${text}".`;
  return {
    once: words.includes('--once'),
    keep: words.includes('--keep'),
    port,
    ...(assembly === undefined ? {} : { assembly: resolve(assembly) }),
  };
}

/** The whole incident without a person, at the speed of the machine. */
async function once(options: StartOptions, io: CommandIo): Promise<number> {
  const { synthesize } = await import('./synth-command');
  const { runDrill } = await import('../lab/drill/drill');
  const { DEFAULT_ATTACK, readFinding } = await import('../lab/page-server/attacks');
  const { ThreadPrinter } = await import('../lab/page-server/thread-printer');
  const printer = new ThreadPrinter(io.stdout);
  const result = await runDrill({
    event: readFinding(DEFAULT_ATTACK),
    decisions: [{ gate: 'stop', decision: 'approve' }],
    at: [],
    desk: { assembly: options.assembly ?? (await synthesize(io)), seed: SEED },
    before: (desk) => printer.follow(desk),
  });
  printer.printNew(result.desk);
  const { outcome, reason } = result;
  await result.desk.close();
  io.stdout.write(`\nOutcome: ${outcome}${reason === '' ? '' : ` (${reason})`}\n`);
  return outcome === 'unfinished' ? 1 : 0;
}

async function stayUp(options: StartOptions, io: CommandIo): Promise<number> {
  const { keep, port } = options;
  const { builtPage } = await import('../lab/page-server/build-page');
  const { servePage } = await import('../lab/page-server/server');
  const [theatre, folder] = await Promise.all([makeTheatre(options, io), builtPage()]);
  const server = await servePage(theatre, folder, port).catch((error: unknown) => {
    if (Object(error).code === 'EADDRINUSE')
      throw new Error(`Port ${port} is taken: end what listens there, or choose another with PORT=4601 npm start.`);
    throw error;
  });
  // Whatever fails on the stage ends the server too: a page without a lab behind it would wait for ever.
  try {
    io.stdout.write(`Cordon's lab: ${server.url}\n`);
    await openStage(theatre, keep, io);
    io.stdout.write(`\nThe lab goes on at ${server.url} (Ctrl-C ends it).\n`);
    await interrupted();
  } finally {
    await Promise.all([server.close(), theatre.close()]);
  }
  return 0;
}

async function makeTheatre({ assembly, port }: StartOptions, io: CommandIo): Promise<Theatre> {
  const { synthesize } = await import('./synth-command');
  const { faster, REAL_DURATIONS } = await import('../lab/estate/durations');
  const { DEFAULT_ATTACK, readFinding } = await import('../lab/page-server/attacks');
  const { Theatre } = await import('../lab/page-server/theatre');
  const folder = assembly ?? (await synthesize(io));
  const { account, region, time } = readFinding(DEFAULT_ATTACK);
  return new Theatre({
    desk: {
      assembly: folder,
      seed: SEED,
      start: Date.parse(String(time)),
      account: String(account),
      region: String(region),
      durations: faster(REAL_DURATIONS, FASTER),
      pools: new Map(),
    },
    sources: assemblyDigest(folder),
    // One for each port: two labs at once do not write over each other's stories.
    journal: join(ROOT, '.cache', `lab-journal-${port}.jsonl`),
  });
}

/** SHA-256 over the templates: they name every function's code by its own hash. */
function assemblyDigest(folder: string): string {
  const hash = createHash('sha256');
  const templates = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
  for (const name of templates.sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

/** Kept gestures again, or the committed finding up to the stop gate; the thread goes to stdout either way. */
async function openStage(theatre: Theatre, keep: boolean, io: CommandIo): Promise<void> {
  const { DEFAULT_ATTACK } = await import('../lab/page-server/attacks');
  const { ThreadPrinter } = await import('../lab/page-server/thread-printer');
  const kept = keep ? theatre.kept() : [];
  if (typeof kept === 'string') io.stderr.write(`Starting afresh: ${kept}.\n`);
  const entries = typeof kept === 'string' ? [] : kept;
  const stage = await theatre.open(entries);
  const printer = new ThreadPrinter(io.stdout);
  printer.follow(stage.desk);
  printer.printNew(stage.desk);
  if (entries.length > 0) return;
  await stage.act({ kind: 'attack', attack: DEFAULT_ATTACK });
  await stage.ahead('Playing the first finding', () => atStopGate(stage.desk, stage.ledger.views));
  printer.printNew(stage.desk);
}

function atStopGate(desk: Desk, incidents: PageState['incidents']) {
  const ended = desk.lab.services.executions.all().some((run) => run.result !== undefined);
  return ended || Object.values(incidents).some(({ gates }) => gates.some(({ name }) => name === 'stop'));
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
