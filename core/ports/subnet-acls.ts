import type { InstanceKey } from '../incident/ids';

export interface AclAssociation {
  readonly subnet: string;
  readonly association: string;
  readonly acl: string;
  /** Where `acl` is the deny-all ACL of another incident: the one that the subnet had before any of ours. */
  readonly first?: string;
}

/** One deny-all ACL of an incident (a VPC has its own), and what each of its subnets had before. */
export interface SubnetCut {
  readonly acl: string;
  readonly before: readonly AclAssociation[];
}

/** Network ACLs of subnets: the only thing that cuts a tracked flow (forensics F2). */
export interface SubnetAcls {
  /** reads */
  of(key: InstanceKey, subnets: readonly string[]): Promise<readonly AclAssociation[]>;
  /**
   * changes: the incident's deny-all ACL in that VPC, found by tag or made. It denies by having no rule but the default,
   * and carries which ACL each subnet had before.
   */
  ensureDenyAll(key: InstanceKey, vpc: string, incident: string, before: readonly AclAssociation[]): Promise<string>;
  /** changes: puts an ACL on a subnet in place of the association's; `gone` when there is no such ACL any more. */
  replace(key: InstanceKey, association: string, acl: string): Promise<'done' | 'gone'>;
  /** changes: harmless when it is gone. */
  remove(key: InstanceKey, acl: string): Promise<void>;
  /** reads: the incident's ACLs and what each subnet had before; none when the incident cut no subnet. */
  remembered(key: InstanceKey, incident: string): Promise<readonly SubnetCut[]>;
}
