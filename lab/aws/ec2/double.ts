import * as client from '@aws-sdk/client-ec2';
import type { Estates } from '../../estate/world';
import type { ServiceDouble } from '../service';
import { aclOperations } from './acls';
import { attributeOperations } from './attributes';
import { catalogueOperations } from './catalogue';
import { endpointOperations } from './endpoints';
import { groupOperations } from './groups';
import { instanceOperations } from './instances';
import { interfaceOperations } from './interfaces';
import { networkOperations } from './network';
import { profileOperations } from './profiles';
import { runOperations } from './run';
import { snapshotOperations } from './snapshots';
import { tagOperations } from './tags';
import { volumeOperations } from './volumes';

/** EC2 and EBS as the product uses them, over the lab's estates. */
export function ec2Double(estates: Estates): ServiceDouble {
  return {
    name: 'ec2',
    protocol: 'ec2',
    model: client,
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    operations: {
      ...instanceOperations(estates),
      ...attributeOperations(estates),
      ...interfaceOperations(estates),
      ...groupOperations(estates),
      ...tagOperations(estates),
      ...profileOperations(estates),
      ...volumeOperations(estates),
      ...snapshotOperations(estates),
      ...runOperations(estates),
      ...networkOperations(estates),
      ...aclOperations(estates),
      ...endpointOperations(estates),
      ...catalogueOperations(estates),
    },
  };
}
