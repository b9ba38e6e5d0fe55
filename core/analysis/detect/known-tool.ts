import {
  evidenceOf,
  isRemote,
  named,
  ownConnections,
  processName,
  programName,
  remoteOf,
  suspiciousPlace,
} from './describe';
import type { Detection, Detector } from './finding';
import type { Connection, Host, Process } from './host';
import { type KnownTool, knownTool, MINER_ARGUMENTS, POOL_PORTS } from './known-tools';
import { baseName } from './paths';

export const knownToolRunning: Detector = {
  id: 'known-tool',
  title: 'miners and other tools of intruders, by name, arguments and pool ports',
  technique: 'T1496',
  rationale: 'Most break-ins use public tools; a name, an argument or a pool port gives them away.',
  falsePositives:
    'A tool your own team runs on purpose (a scanner, a tunnel), or an innocent program of the same name.',
  needs: [['psaux', 'pslist', 'volatile-state']],
  run: (host) => [...host.processes.values()].flatMap((process) => detect(process, host)),
};

function detect(process: Process, host: Host): readonly Detection[] {
  if (process.acquisition) return [];
  const tool = toolOf(process);
  const mining = MINER_ARGUMENTS.test(process.args ?? '');
  const pools = ownConnections(host, process.pid).filter(
    ({ remotePort, state }) => POOL_PORTS.has(remotePort) && state !== 'LISTEN',
  );
  const place = suspiciousPlace(process);
  const others = tool?.strength === 'strong' || mining ? namedConnections(process, host, pools) : [];
  if (tool?.strength !== 'strong' && !mining && (pools.length === 0 || place === undefined)) return [];
  const family = tool?.strength === 'strong' ? tool.family : 'cryptocurrency miner';
  const supports = [
    ...(tool?.strength === 'strong' ? ['its name'] : []),
    ...(mining ? ['its arguments'] : []),
    ...(pools.length > 0 ? [`its connection to ${pools.map(remoteOf).join(', ')}`] : []),
    ...(others.length > 0 ? [`its connection to ${others.map(remoteOf).join(', ')}, which its arguments name`] : []),
    ...(place === undefined ? [] : [place]),
  ];
  return [
    {
      title: `${processName(process)} is a ${family}: ${named(process.args ?? process.program?.path ?? process.comm)}`,
      confidence: supports.length >= 2 ? 'high' : 'medium',
      because: `${supports.length >= 2 ? 'several signs agree' : 'one sign only'}: ${supports.join('; ')}`,
      subject: { kind: 'process', pid: process.pid },
      theme: 'execution',
      technique: tool?.strength === 'strong' ? tool.technique : 'T1496',
      evidence: evidenceOf([
        process.source,
        process.program?.source,
        ...[...pools, ...others].map(({ owner }) => owner.source),
      ]),
      weight: supports.length >= 2 ? 95 : 55,
    },
  ];
}

/** Connections to an address or port that the arguments name: what the tool was told to do, it does. */
function namedConnections(process: Process, host: Host, told: readonly Connection[]): readonly Connection[] {
  const args = process.args ?? '';
  return ownConnections(host, process.pid).filter(
    (connection) =>
      !told.includes(connection) &&
      connection.state !== 'LISTEN' &&
      isRemote(connection.remoteAddress) &&
      (args.includes(connection.remoteAddress) || new RegExp(`:${connection.remotePort}(?!\\d)`).test(args)),
  );
}

function toolOf(process: Process): KnownTool | undefined {
  const first = baseName((process.args ?? '').split(' ')[0] ?? '');
  const tools = [programName(process), process.comm, first].flatMap((name) => knownTool(name) ?? []);
  return tools.find(({ strength }) => strength === 'strong') ?? tools[0];
}
