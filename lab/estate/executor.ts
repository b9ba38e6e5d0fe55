import { LabUnsupported } from '../aws/service';
import { analyse } from './analysis-executor';
import { captureMemory, captureVolatile } from './capture-executor';
import { note } from './estate';
import type { ExecutorParts } from './executor-parts';
import { identityOf } from './host-network';
import type { Instance } from './machine-types';
import { reachesS3 } from './reach';
import type { CommandExecutor, Estate } from './types';

/** What our documents do on an instance of the estate, told apart by the document's name. */
export function labExecutor(parts: ExecutorParts): CommandExecutor {
  return {
    run(work) {
      const name = work.command.document;
      if (/capture-?memory/i.test(name)) return captureMemory(parts, work);
      if (/collect-?volatile/i.test(name)) return captureVolatile(parts, work);
      if (/analyse-?disk/i.test(name)) return analyse(parts, work, 'disk');
      if (/analyse-?memory/i.test(name)) return analyse(parts, work, 'memory');
      throw new LabUnsupported(`what the document ${name} does`);
    },
    boot: (estate, instance) => firstBoot(parts, estate, instance),
  };
}

/** The forensic image's first boot: its user data puts the object that the instance's tags name. */
async function firstBoot(parts: ExecutorParts, estate: Estate, instance: Instance): Promise<void> {
  const script = Buffer.from(instance.userData ?? '', 'base64').toString('utf8');
  const key = instance.tags.get('cordon:marker');
  const bucket = instance.tags.get('cordon:bucket');
  if (!script.includes('cordon:marker') || key === undefined || bucket === undefined) return;
  const identity = identityOf(estate, instance);
  if (!instance.metadataTags || identity === undefined || !reachesS3(estate, instance)) {
    note(estate, 'user data cannot put its marker', instance.id);
    return;
  }
  const body = Buffer.from('{"ready":true,"tools":"stand-in"}\n');
  await parts.network.putObject(identity, { bucket, key }, body, {}).catch((error: unknown) => {
    note(estate, `user data cannot put its marker: ${String(error)}`, instance.id);
  });
}
