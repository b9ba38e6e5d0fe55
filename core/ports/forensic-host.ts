import type { InstanceState } from '../estate/estate';
import type { IncidentId } from '../incident/ids';

export interface HostRequest {
  readonly incident: IncidentId;
  /** Deterministic per incident and attempt; each candidate adds its own suffix. */
  readonly token: string;
  readonly types: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface ForensicMachine {
  readonly instance: string;
  readonly state: InstanceState;
  readonly zone: string;
  readonly attached: Readonly<Record<string, string>>;
}

export interface EvidenceVolume {
  readonly volume: string;
  readonly snapshot: string;
  readonly state: string;
  readonly attachedTo?: string;
  readonly device?: string;
}

/** The machine in quarantine that reads the evidence; it lives in our own account and region. */
export interface ForensicHost {
  /** reads: the incident's machine, by tag, unless terminated. */
  find(incident: IncidentId): Promise<ForensicMachine | undefined>;
  /** changes: tries types and subnets in order until EC2 has capacity; the token makes a repeat the same machine. */
  launch(request: HostRequest): Promise<ForensicMachine>;
  /**
   * changes: the quarantine has the interface endpoints a machine needs for Systems Manager. They cost by the hour, so
   * they are there only while a machine is.
   */
  openDoors(): Promise<void>;
  /** changes: removes those endpoints unless another incident's machine uses them. Returns what was removed. */
  closeDoors(incident: IncidentId): Promise<readonly string[]>;
  /** changes: harmless on a terminated machine. */
  terminate(instance: string): Promise<void>;
  /** reads: volumes made from evidence copies, by tag. */
  volumes(incident: IncidentId): Promise<readonly EvidenceVolume[]>;
  /** changes: a volume from a copy in the machine's zone; the token makes a repeat the same volume. */
  createVolume(incident: IncidentId, snapshot: string, zone: string, token: string): Promise<string>;
  /** changes: a volume that is attached to that machine already is a success. */
  attach(instance: string, volume: string, device: string): Promise<void>;
  /** changes: `busy` while EC2 still detaches it; `gone` afterwards. */
  deleteVolume(volume: string): Promise<'deleted' | 'busy' | 'gone'>;
}
