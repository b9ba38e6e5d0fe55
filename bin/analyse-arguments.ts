import { parseArgs } from 'node:util';

export const ANALYSE_USAGE = `Usage: cordon analyse --disk DIR --memory DIR [--finding F.json] [--volatile F.json] --out DIR

Turns raw tool outputs into summary.json, summary.md, slack.json, report.html, timeline.jsonl and iocs.stix.json.
  --disk DIR      outputs of The Sleuth Kit, named after the tool (bodyfile.txt, fls-rd-p.txt, fsstat.txt, …)
  --memory DIR    outputs of Volatility 3 (linux.pslist.json, …); one of the two folders is enough, any file may be missing
  --finding F     a GuardDuty finding, bare or in its EventBridge envelope
  --volatile F    volatile state that was recorded on the running machine
  --manifest F    the evidence manifest, for the report's custody table
  --origin O      captured (from the instance itself), recorded (of another machine; default), or stand-in
  --json          print the summary as JSON
`;

export type EvidenceOrigin = 'captured' | 'recorded' | 'stand-in';

export interface AnalyseArguments {
  readonly disk: string | undefined;
  readonly memory: string | undefined;
  readonly finding: string | undefined;
  readonly volatile: string | undefined;
  readonly manifest: string | undefined;
  readonly origin: EvidenceOrigin;
  readonly out: string;
  readonly json: boolean;
}

/** The command's arguments, `help`, or one sentence saying what is wrong with them. */
export type ReadAnalyseArguments = AnalyseArguments | 'help' | { readonly problem: string };

export function readAnalyseArguments(argv: readonly string[]): ReadAnalyseArguments {
  const values = parse(argv);
  if ('problem' in values) return values;
  if (values.help === true) return 'help';
  if (values.disk === undefined && values.memory === undefined && values.volatile === undefined) {
    return { problem: 'name the folder of disk outputs (--disk DIR), of memory outputs (--memory DIR), or both' };
  }
  if (values.out === undefined) return { problem: 'name a folder for the results: --out DIR' };
  const origin = values.origin ?? 'recorded';
  if (origin !== 'captured' && origin !== 'recorded' && origin !== 'stand-in') {
    return { problem: `--origin is captured, recorded or stand-in, not "${origin}"` };
  }
  const { disk, memory, finding, volatile, manifest, out } = values;
  return { disk, memory, finding, volatile, manifest, origin, out, json: values.json === true };
}

type Values = {
  readonly [name in 'disk' | 'memory' | 'finding' | 'volatile' | 'manifest' | 'origin' | 'out']: string | undefined;
} & { readonly help?: boolean | undefined; readonly json?: boolean | undefined };

function parse(argv: readonly string[]): Values | { readonly problem: string } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        disk: text,
        memory: text,
        finding: text,
        volatile: text,
        manifest: text,
        origin: text,
        out: text,
        json: flag,
        help: { ...flag, short: 'h' },
      },
    });
    const { disk, memory, finding, volatile, manifest, origin, out, json, help } = values;
    return { disk, memory, finding, volatile, manifest, origin, out, json, help };
  } catch (error) {
    return { problem: error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error) };
  }
}
