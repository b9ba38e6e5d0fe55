import type { Connection, SocketHolder } from '../detect/host';
import type { SocketRow } from '../memory/memory-rows';
import type { Sourced, VolatileFacts } from '../memory/read-volatile';
import type { VolatileRow } from '../memory/volatile-state';
import type { ProcessDraft } from './processes';

type VolatileSocket = Sourced<VolatileRow<'sockets'>>;
type Drafts = ReadonlyMap<number, ProcessDraft>;

/** Internet sockets, one each: inherited descriptors are gathered under the process that opened the socket. */
export function connectionsOf(
  sockets: readonly SocketRow[],
  volatile: VolatileFacts | undefined,
  drafts: Drafts,
): readonly Connection[] {
  const internet = sockets.filter(({ family }) => family === 'AF_INET' || family === 'AF_INET6');
  const home = homeNamespace(sockets);
  const groups = new Map<string, SocketRow[]>();
  for (const row of internet) {
    const key = row.sock ?? endpoints(row);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const found = [...groups.values()].flatMap((rows) => connectionOf(rows, home, drafts));
  if (found.length > 0) return found;
  return (volatile?.sockets ?? []).flatMap(livedConnection);
}

function connectionOf(rows: readonly SocketRow[], home: number | undefined, drafts: Drafts): readonly Connection[] {
  const first = rows[0];
  if (first === undefined) return [];
  const [owner, ...heirs] = holdersOf(rows, drafts);
  if (owner === undefined) return [];
  return [
    {
      protocol: protocolOf(first),
      state: first.state,
      localAddress: first.localAddress,
      localPort: first.localPort ?? 0,
      remoteAddress: first.remoteAddress,
      remotePort: first.remotePort ?? 0,
      otherNamespace: home !== undefined && first.netns !== undefined && first.netns !== home,
      owner,
      heirs,
    },
  ];
}

/** The owner is a holder none of whose ancestors holds the socket; of several, the first to be started. */
function holdersOf(rows: readonly SocketRow[], drafts: Drafts): readonly SocketHolder[] {
  const holders = new Map<number, SocketHolder>();
  for (const row of rows) {
    const known = holders.get(row.pid);
    const fds = row.fd === undefined ? [] : [row.fd];
    if (known === undefined) holders.set(row.pid, { pid: row.pid, process: row.process, fds, source: row.source });
    else holders.set(row.pid, { ...known, fds: [...new Set([...known.fds, ...fds])] });
  }
  const inherited = (pid: number) => ancestors(pid, drafts).some((ancestor) => holders.has(ancestor));
  return [...holders.values()].sort((a, b) => Number(inherited(a.pid)) - Number(inherited(b.pid)) || a.pid - b.pid);
}

/** Process ids from parent to the top; a circle in damaged data ends the walk. */
export function ancestors(pid: number, drafts: ReadonlyMap<number, { readonly ppid: number }>): readonly number[] {
  const chain: number[] = [];
  let next = drafts.get(pid)?.ppid;
  while (next !== undefined && next > 0 && next !== pid && !chain.includes(next)) {
    chain.push(next);
    next = drafts.get(next)?.ppid;
  }
  return chain;
}

/** The machine's own network namespace is that of process 1. */
function homeNamespace(sockets: readonly SocketRow[]): number | undefined {
  const first = sockets.find(({ pid, netns }) => pid === 1 && netns !== undefined);
  if (first !== undefined) return first.netns;
  const counts = new Map<number, number>();
  for (const { netns } of sockets) if (netns !== undefined) counts.set(netns, (counts.get(netns) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0];
}

function endpoints(row: SocketRow): string {
  return [
    row.protocol,
    row.type,
    row.netns,
    row.localAddress,
    row.localPort,
    row.remoteAddress,
    row.remotePort,
    row.state,
  ].join('|');
}

function protocolOf({ protocol, type }: SocketRow): Connection['protocol'] {
  if (/TCP/.test(protocol) || type === 'STREAM') return 'tcp';
  return /UDP/.test(protocol) || type === 'DGRAM' ? 'udp' : 'raw';
}

function livedConnection({ row, source }: VolatileSocket): readonly Connection[] {
  if (!/^(?:tcp|udp)/i.test(row.protocol)) return [];
  const fds = row.fd === undefined || row.fd === null ? [] : [row.fd];
  return [
    {
      protocol: /^tcp/i.test(row.protocol) ? 'tcp' : 'udp',
      state: row.state.toUpperCase().replace(/^ESTAB$/, 'ESTABLISHED'),
      localAddress: row.localAddress,
      localPort: row.localPort ?? 0,
      remoteAddress: row.remoteAddress ?? '',
      remotePort: row.remotePort ?? 0,
      otherNamespace: false,
      owner: { pid: row.pid ?? 0, process: row.process ?? '', fds, source },
      heirs: [],
    },
  ];
}
