import type {
  EstateView,
  FlowView,
  IncidentView,
  InstanceView,
  PageState,
  ScalingView,
  VpcView,
} from '../../../page-server/model';
import { Host } from './host';

interface EstateProps {
  readonly state: PageState;
  readonly incident: IncidentView | undefined;
}

/** The account as AWS would describe it now: who talks to whom, what stands where, what was taken of it. */
export function EstatePane({ state, incident }: EstateProps) {
  const key = incident === undefined ? undefined : `${incident.account}/${incident.region}`;
  const [home, estate] =
    Object.entries(state.estates).find(([name]) => name === key) ?? Object.entries(state.estates)[0] ?? [];
  if (home === undefined || estate === undefined) return <p className="empty">No account has been looked at yet.</p>;
  const flows = flowsOf(estate, incident);
  const fleet = estate.instances[incident?.instance ?? '']?.scaling;
  const vpcs = Object.values(estate.vpcs)
    .filter((vpc) => concerns(estate, vpc, incident))
    .sort((a, b) => Number(a.quarantine) - Number(b.quarantine));
  return (
    <>
      <h2>
        Account {estate.account}, {estate.region}
      </h2>
      <section className="outside card" aria-label="Connections">
        {flows.length === 0 && (
          <p className="soft">Nobody talks to anything here yet: an attack brings its instance.</p>
        )}
        {flows.slice(0, 8).map((flow) => (
          <Flow key={`${flow.kind} ${flow.instance}`} flow={flow} name={shortName(estate, flow.instance)} />
        ))}
      </section>
      <div className="world">
        {vpcs.map((vpc) => (
          <Vpc key={vpc.id} vpc={vpc} estate={estate} incident={incident} />
        ))}
      </div>
      {Object.values(estate.groups)
        .filter(({ name }) => fleet === undefined || name === fleet)
        .slice(0, 4)
        .map((group) => (
          <Scaling key={group.name} group={group} />
        ))}
      <Snapshots estate={estate} incident={incident} />
    </>
  );
}

/** Name tag and the end of the id: the members of a fleet all have one name. */
function shortName(estate: EstateView, id: string): string {
  return `${estate.instances[id]?.name ?? ''} …${id.slice(-4)}`;
}

/** The attacker first, then the users of the fleet that the incident's instance belongs to. */
function flowsOf(estate: EstateView, incident: IncidentView | undefined): readonly FlowView[] {
  const fleet = estate.instances[incident?.instance ?? '']?.scaling;
  const all = Object.values(estate.flows);
  const attacker = all.filter(({ kind, instance }) => kind === 'attacker' && instance === incident?.instance);
  const users = all.filter(({ kind, instance }) => kind === 'users' && estate.instances[instance]?.scaling === fleet);
  return [...attacker, ...users];
}

/** The quarantine, and the VPC of the incident's instance; every VPC when there is no incident. */
function concerns(estate: EstateView, vpc: VpcView, incident: IncidentView | undefined): boolean {
  const own = estate.instances[incident?.instance ?? '']?.vpc;
  return vpc.quarantine || own === undefined || own === vpc.id;
}

function Flow({ flow, name }: { readonly flow: FlowView; readonly name: string }) {
  const attacker = flow.kind === 'attacker';
  const said = attacker ? (flow.open ? 'connected' : 'cut off') : flow.open ? 'served' : 'not served';
  return (
    <div className="flow" data-open={flow.open} data-kind={flow.kind}>
      <span>
        {attacker ? 'Attacker ' : 'Users, load balancer '}
        <strong>{flow.remote}</strong>
      </span>
      <svg className={flow.open ? (attacker ? 'open' : 'users') : 'shut'} role="img" aria-label={said}>
        <line x1="0" y1="50%" x2="100%" y2="50%" />
        {!flow.open && (
          <svg className="gap" x="50%" y="50%" aria-hidden="true">
            <rect x="-16" y="-10" width="32" height="20" />
            <path d="M-6 -6 L6 6 M6 -6 L-6 6" />
          </svg>
        )}
      </svg>
      <span className="row">
        {name} <span className={`pill ${toneOf(flow)}`}>{said}</span>
      </span>
    </div>
  );
}

/** That nobody is served by an instance is neither good nor bad: another one serves them. */
function toneOf({ kind, open }: FlowView): string {
  if (kind === 'users') return open ? 'good' : '';
  return open ? 'bad' : 'good';
}

interface VpcProps extends Omit<EstateProps, 'state'> {
  readonly vpc: VpcView;
  readonly estate: EstateView;
}

function Vpc({ vpc, estate, incident }: VpcProps) {
  const hosts = Object.values(estate.instances).filter((host) => host.vpc === vpc.id);
  const fleet = estate.instances[incident?.instance ?? '']?.scaling;
  const near = hosts
    .filter(({ role, id }) => role !== 'victim' || id === incident?.instance || incident === undefined)
    .filter(({ scaling }) => scaling === undefined || fleet === undefined || scaling === fleet)
    .sort((a, b) => nearness(a, incident) - nearness(b, incident));
  return (
    <section className={`vpc ${vpc.quarantine ? 'quarantine' : ''}`} aria-label={`VPC ${vpc.name}`}>
      <div className="row between">
        <h3>{vpc.quarantine ? 'Quarantine VPC' : `VPC ${vpc.name}`}</h3>
        <span className="soft small mono">
          {vpc.id} · {vpc.cidr}
          {vpc.quarantine ? ' · no way to the internet' : ''}
        </span>
      </div>
      <div className="hosts">
        {near.slice(0, 12).map((host) => (
          <Host
            key={host.id}
            host={host}
            volumes={host.volumes.flatMap((id) => estate.volumes[id] ?? [])}
            replaces={incident !== undefined && host.role === 'member' && host.launchedAt > incident.openedAt}
          />
        ))}
      </div>
      {near.length === 0 && (
        <p className="soft small">Empty: the forensic instance appears here, and goes when it is done.</p>
      )}
      {near.length > 12 && <p className="soft small">and {near.length - 12} more instances</p>}
    </section>
  );
}

/** What the incident is about comes first: its instance, its forensic instance, its fleet, then everything else. */
function nearness({ id, name, scaling }: InstanceView, incident: IncidentView | undefined): number {
  if (id === incident?.instance) return 0;
  if (incident !== undefined && name.includes(incident.id)) return 1;
  return scaling === undefined ? 3 : 2;
}

function Scaling({ group }: { readonly group: ScalingView }) {
  const serving = group.members.filter(({ state }) => state === 'InService').length;
  return (
    <section className="card" aria-label={`Auto Scaling group ${group.name}`}>
      <div className="row between">
        <h3>Auto Scaling group {group.name}</h3>
        <span className={`pill ${serving >= group.desired ? 'good' : 'warn'}`}>
          {serving} in service of {group.desired} desired
        </span>
      </div>
      <ul className="row">
        {group.members.map(({ instance, state }) => (
          <li key={instance} className={`pill ${state === 'InService' ? 'good' : 'warn'}`}>
            <span className="mono">{instance.slice(0, 10)}…</span> {state}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Snapshots({ estate, incident }: { readonly estate: EstateView } & Pick<EstateProps, 'incident'>) {
  const snapshots = Object.values(estate.snapshots).filter((one) => !incident || one.incident === incident.id);
  if (snapshots.length === 0) return null;
  return (
    <section className="card" aria-label="Snapshots">
      <h3>Snapshots</h3>
      <ul className="row">
        {snapshots.map((snapshot) => (
          <li key={snapshot.id} className={`pill ${snapshot.state === 'completed' ? 'good' : 'info'}`}>
            <span className="mono">{snapshot.id}</span>
            {snapshot.copy ? 'encrypted copy' : `of ${snapshot.volume.slice(0, 12)}…`} · {snapshot.gib} GiB ·{' '}
            {snapshot.state}
            {snapshot.locked ? ' · locked' : ''}
          </li>
        ))}
      </ul>
    </section>
  );
}
