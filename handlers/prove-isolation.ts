import { NeedsHuman } from '../core/errors';
import { type AttachedInterface, ISOLATING } from '../core/estate/group-rules';
import { isIsolated } from '../core/estate/isolation-plan';
import { subnetCutHelps } from '../core/estate/residual-flows';
import type { Isolation } from '../core/ports/isolation';
import { plural } from '../core/text';
import { failJudged } from './judge';
import { runStep, type StepContext, type StepPorts, type StepReport } from './step';
import type { StepInput } from './task-input';

export interface ProvePorts extends StepPorts {
  readonly isolation: Isolation;
}

/**
 * Reads every interface again, those attached since included, and proves that each carries only an isolation group of its
 * VPC, and that this group lets nothing in and nothing out but to VPC endpoints, whoever changed its rules since.
 */
export function makeProveIsolation(ports: ProvePorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const now = await ports.isolation.interfaces(context.key);
      if (now.length === 0) return { said: 'The instance has no network interface any more: nothing can talk to it.' };
      const open: string[] = [];
      for (const each of now) {
        const why = await whyOpen(ports.isolation, context, each);
        if (why !== undefined) open.push(`${each.id} (${why})`);
      }
      if (open.length > 0) {
        await failJudged(ports, context, 'Isolate the instance', `not isolated: ${open.join('; ')}`);
        throw new NeedsHuman(`Not isolated: ${open.join('; ')}. A retry isolates again.`);
      }
      return proven(context, now.length);
    });
}

async function whyOpen(
  isolation: Isolation,
  { key }: StepContext,
  each: AttachedInterface,
): Promise<string | undefined> {
  for (const role of ISOLATING) {
    const group = await isolation.findGroup(key, each.vpc, role);
    if (group !== undefined && isIsolated(each, group)) return isolation.leak(key, group);
  }
  return each.groups.join(', ');
}

/** What the groups could not cut was said with the isolation; here only that there is a way on. */
function proven(context: StepContext, count: number): StepReport {
  const residual = context.incident.containment.isolated?.residual ?? [];
  const offer = subnetCutHelps(residual) ? ' Cutting the subnet would end the flows it left; that is asked apart.' : '';
  return { said: `Read again: ${plural(count, 'interface')}, all isolated.${offer}` };
}
