import { patternsOf } from './command-patterns';
import { evidenceOf, named, parentChain, processName, programName } from './describe';
import { drivenFromOutside, surelyDriven } from './driven-shell';
import type { Detection, Detector, Theme } from './finding';
import type { Host, Process } from './host';
import { isWebServer } from './known-tools';

export const tellingCommand: Detector = {
  id: 'telling-command',
  title:
    'running programs whose command line asks for the machine’s own credentials, fetches and runs programs, or wipes traces',
  technique: 'T1059.004',
  rationale: 'What a program was started with says what it is for; most tools of intruders are the system’s own.',
  falsePositives: 'A start script that reads the role’s credentials itself; an installer piped into a shell.',
  needs: [['psaux', 'volatile-state']],
  run: (host) => [...host.processes.values()].flatMap((process) => detect(process, host)),
};

interface Sign {
  readonly says: string;
  readonly technique: string;
  readonly theme: Theme;
}

/** Told by detectors of their own, with the connections that belong to them. */
const TOLD_ELSEWHERE = new Set(['opens a reverse shell', 'starts a miner']);

/** The path under which the metadata service hands out the role's keys (EC2 User Guide, "Retrieve security credentials"). */
const ROLE_KEYS =
  /(?:169\.254\.169\.254|fd00:ec2::254|\binstance-data\b)\S*\/(?:iam\/security-credentials|identity-credentials\/ec2)/i;

function signOf({ args }: Process): Sign | undefined {
  const text = args ?? '';
  if (ROLE_KEYS.test(text))
    return {
      says: 'asks the metadata service for the keys of the machine’s role',
      technique: 'T1552.005',
      theme: 'credentials',
    };
  return patternsOf(text).find(({ strength, says }) => strength === 3 && !TOLD_ELSEWHERE.has(says));
}

function detect(process: Process, host: Host): readonly Detection[] {
  if (process.acquisition) return [];
  const sign = signOf(process);
  const [, ...above] = parentChain(host, process.pid);
  // A shell and what it started from one line are told once.
  if (sign === undefined || (above[0] !== undefined && signOf(above[0])?.says === sign.says)) return [];
  const server = above.find((parent) => isWebServer(programName(parent)));
  const shell = above.find((parent) => surelyDriven(drivenFromOutside(parent, host)));
  const origin = shell ?? server;
  return [
    {
      title: `${processName(process)} ${sign.says}: ${named(process.args ?? '', 100)}`,
      confidence: origin === undefined ? 'medium' : 'high',
      because:
        shell !== undefined
          ? `it was started from ${processName(shell)}, which is driven from outside`
          : server !== undefined
            ? `it was started below the server ${processName(server)}`
            : 'its command line says so; a script of the machine’s owner might do the same',
      subject: { kind: 'process', pid: process.pid },
      theme: sign.theme,
      technique: sign.technique,
      evidence: evidenceOf([process.source, origin?.source]),
      weight: origin === undefined ? 52 : 80,
    },
  ];
}
