import type { ServiceDouble } from '../../../lab/aws/service';
import { estateFromFinding, type ScenarioOptions } from '../../../lab/estate/from-finding';
import type { Instance } from '../../../lab/estate/machine-types';
import type { Estates } from '../../../lab/estate/world';
import { findingEvent } from '../estate/finding-event';
import { type LabEstates, labEstates } from '../estate/lab-estates';
import { serve, type TinyServer, testCall } from './tiny-server';

export interface EstateLab extends LabEstates {
  readonly instance: Instance;
  readonly server: TinyServer;
}

const open: TinyServer[] = [];

/** One double over the estate of a finding, behind HTTP. */
export async function estateLab(
  double: (estates: Estates) => ServiceDouble,
  options: ScenarioOptions = {},
  parts: Parameters<typeof labEstates>[0] = {},
): Promise<EstateLab> {
  const lab = labEstates(parts);
  const made = estateFromFinding(lab.estates, findingEvent(), options);
  if (made?.instance === undefined) throw new Error('The finding of the tests names an instance.');
  const server = await serve(double(lab.estates), { ...testCall, now: () => lab.time.now() });
  open.push(server);
  return { ...lab, instance: made.instance, server };
}

/** To be called after each test. */
export async function closeServers(): Promise<void> {
  await Promise.all(open.splice(0).map((server) => server.close()));
}
