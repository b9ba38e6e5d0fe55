import { describeError } from '../core/errors';
import type { CommandIo } from './io';
import { processIo } from './io';

interface CliCommand {
  readonly usage: string;
  readonly does: string;
  readonly load: () => Promise<(argv: readonly string[], io: CommandIo) => Promise<number>>;
}

/** The command line: one row a command, each loaded only when asked for. */
const COMMANDS: Readonly<Record<string, CliCommand>> = {
  start: {
    usage: 'start [--once] [--keep] [--assembly DIR]',
    does: 'the lab: plays the committed finding, serves the page, stays up',
    load: async () => (await import('./start-command')).startCommand,
  },
  drill: {
    usage:
      'drill [--finding F.json] [--decide GATE=approve|reject[@PERSON]]… [--at STATE "VERB …"[@PERSON]]… [--out DIR]',
    does: 'one finding through the whole system in virtual time, headless',
    load: async () => (await import('./drill-command')).drillCommand,
  },
  analyse: {
    usage: 'analyse --disk DIR --memory DIR [--finding F.json] --out DIR',
    does: 'raw tool outputs to summary, report, timeline and indicators',
    load: async () => (await import('./analyse-command')).analyseCommand,
  },
  timeline: {
    usage: 'timeline BODYFILE [--from T] [--to T] [--format csv|jsonl]',
    does: 'a body file to a timeline, streaming',
    load: async () => (await import('./timeline-command')).timelineCommand,
  },
  report: {
    usage: 'report --incident IR-… --request ID --channel C… --thread TS --out DIR',
    does: 'what analysis-summary.yml runs: sealed results to a summary in the thread',
    load: async () => (await import('./report-command')).reportCommand,
  },
  verify: {
    usage: 'verify DIR|s3://… [--key FINGERPRINT]',
    does: 'checks manifest, signature, ledger chain and every artefact',
    load: async () => (await import('./verify-command')).verifyCommand,
  },
  policy: {
    usage: 'policy check | explain --finding F.json --as PERSON',
    does: 'validates policy and playbooks, or says who could do what',
    load: async () => (await import('./policy-command')).policyCommand,
  },
  synth: {
    usage: 'synth',
    does: 'writes cdk.out/: offline, no AWS account',
    load: async () => (await import('./synth-command')).synthCommand,
  },
  init: {
    usage: 'init [--team N --channel C… --repository OWNER/NAME --account N --region R] [--url U]',
    does: 'asks what a new team must say, writes it, prints the next commands',
    load: async () => (await import('./init-command')).initCommand,
  },
  doctor: {
    usage: 'doctor [--outputs cdk-outputs.json] [--json]',
    does: 'looks at a deployment and changes nothing',
    load: async () => (await import('./doctor-command')).doctorCommand,
  },
  gitops: {
    usage: 'gitops diff|announce|smoke …',
    does: 'what the workflows in .github call',
    load: async () => (await import('./gitops-command')).gitopsCommand,
  },
  bench: {
    usage: 'bench [NAME…]',
    does: 'one JSON line per measure',
    load: async () => (await import('./bench-command')).benchCommand,
  },
};

/** Runs one command and returns its exit code: 0 done, 1 failed, 2 asked wrongly, 3 refused. */
export async function main(argv: readonly string[]): Promise<number> {
  const io = processIo();
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    io.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    io.stderr.write(`cordon has no command "${name}". Commands: ${Object.keys(COMMANDS).join(', ')}.\n`);
    return 2;
  }
  try {
    const run = await command.load();
    return await run(rest, io);
  } catch (error) {
    io.stderr.write(`cordon ${name}: ${describeError(error).message}\n`);
    return 1;
  }
}

function help(): string {
  const rows = Object.values(COMMANDS).map(({ usage, does }) => `  cordon ${usage}\n      ${does}\n`);
  return `cordon: the first hours of an EC2 compromise\n\n${rows.join('')}`;
}
