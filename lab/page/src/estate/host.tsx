import type { InstanceRole, InstanceView, InterfaceView, VolumeView } from '../../../page-server/model';

const ROLES: Readonly<Record<InstanceRole, string>> = {
  victim: 'compromised',
  forensic: 'forensic instance',
  member: 'of the fleet',
  neighbour: 'neighbour',
};

interface HostProps {
  readonly host: InstanceView;
  readonly volumes: readonly VolumeView[];
  /** Started by its group after the incident opened: the application heals. */
  readonly replaces: boolean;
}

/** One instance: its state, the groups on each interface, its volumes. */
export function Host({ host, volumes, replaces }: HostProps) {
  return (
    <article
      className="host"
      data-role={host.role}
      data-isolated={host.isolated}
      data-state={host.state}
      aria-label={`${host.name || host.id}: ${host.state}${host.isolated ? ', isolated' : ''}`}
    >
      <div className="row between">
        <strong>{host.name || 'unnamed'}</strong>
        <span className={`pill ${host.state === 'running' ? 'good' : 'warn'}`}>{host.state}</span>
      </div>
      <span className="mono soft">{host.id}</span>
      <div className="row">
        <span className={`pill ${host.role === 'victim' ? 'bad' : 'info'}`}>{ROLES[host.role]}</span>
        {replaces && <span className="pill good">replacement</span>}
        {host.isolated && <span className="pill good">isolated</span>}
        {host.scalingState && <span className="pill">{host.scalingState}</span>}
        {host.terminationProtected && <span className="pill">protected</span>}
      </div>
      {host.interfaces.map((eni) => (
        <Interface key={eni.id} eni={eni} />
      ))}
      {host.profile && <span className="soft small">profile {host.profile}</span>}
      {volumes.map((volume) => (
        <span key={volume.id} className="soft small">
          {volume.evidence ? 'evidence volume, read only' : 'volume'} {volume.device} · {volume.gib} GiB
        </span>
      ))}
    </article>
  );
}

function Interface({ eni }: { readonly eni: InterfaceView }) {
  return (
    <div className="row">
      <span className="mono">{eni.publicIp ?? eni.ip}</span>
      {eni.groups.map((group) => (
        <span
          key={group.id}
          className={`pill ${group.kind === 'isolation' ? 'good' : group.kind === 'allow-all' ? 'warn' : ''}`}
          title={group.id}
        >
          {group.name.length > 24 ? `${group.name.slice(0, 23)}…` : group.name}
        </span>
      ))}
    </div>
  );
}
