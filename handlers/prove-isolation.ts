import { NeedsHuman } from '../core/errors';
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

/** Reads every interface again, those attached since included, and proves that each carries only the isolation group. */
export function makeProveIsolation(ports: ProvePorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const now = await ports.isolation.interfaces(context.key);
      if (now.length === 0) return { said: 'The instance has no network interface any more: nothing can talk to it.' };
      const open: string[] = [];
      for (const each of now) {
        const group = await ports.isolation.findGroup(context.key, each.vpc, 'isolation');
        if (group === undefined || !isIsolated(each, group)) open.push(`${each.id} (${each.groups.join(', ')})`);
      }
      if (open.length > 0) {
        await failJudged(ports, context, 'Isolate the instance', `not isolated: ${open.join('; ')}`);
        throw new NeedsHuman(`Not isolated: ${open.join('; ')}. A retry isolates again.`);
      }
      return proven(context, now.length);
    });
}

/** What the groups could not cut was said with the isolation; here only that there is a way on. */
function proven(context: StepContext, count: number): StepReport {
  const residual = context.incident.containment.isolated?.residual ?? [];
  const offer = subnetCutHelps(residual) ? ' Cutting the subnet would end the flows it left; that is asked apart.' : '';
  return { said: `Read again: ${plural(count, 'interface')}, all isolated.${offer}` };
}
