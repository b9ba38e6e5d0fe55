import { DOCUMENTS } from '../core/collect/documents';
import { incidentPrefix, VOLATILE_STATE } from '../core/collect/vault-paths';
import type { Blobs } from '../core/ports/blobs';
import { type CommandRunner, commandEnded } from '../core/ports/command-runner';
import type { InstancePower } from '../core/ports/estate-reader';
import type { EvidenceVault, Presigner } from '../core/ports/evidence-vault';
import type { KillSwitch } from '../core/ports/switches';
import { listUrl, resultKey } from './capture-memory';
import { touchableEstate } from './estate-of';
import { mayBegin } from './intent';
import { NOTHING_TO_WAIT_FOR, type ParkingPorts, runParkedStep, type Started } from './parked-step';
import { intentOf, type StepContext } from './step';
import type { ParkingStepInput } from './task-input';

export interface CaptureVolatilePorts extends ParkingPorts {
  readonly blobs: Blobs;
  readonly commands: CommandRunner;
  readonly power: InstancePower;
  readonly vault: EvidenceVault;
  readonly presigner: Presigner;
  readonly killSwitch: KillSwitch;
}

/** The script reads /proc and a few files: seconds on any host; delivery may take 2 minutes. */
const URL_SECONDS = 900;

/** Starts the collection of processes, sockets, users, modules, mounts, cron and temporary files, and parks. */
export function makeCaptureVolatile(ports: CaptureVolatilePorts) {
  return (input: ParkingStepInput) =>
    runParkedStep(ports, input, { kind: 'command', minutes: URL_SECONDS / 60 }, async (context) => {
      const estate = await touchableEstate(ports.blobs, context.incident);
      const now = await ports.power.state(context.key);
      const possible = estate?.instance.platform === 'linux' && now?.state === 'running';
      return possible ? collect(ports, context) : NOTHING_TO_WAIT_FOR;
    });
}

async function collect(ports: CaptureVolatilePorts, context: StepContext): Promise<Started> {
  const intent = intentOf(context);
  const known = await ports.commands.find(context.key, intent);
  if (known !== undefined) {
    const status = await ports.commands.status(context.key, known);
    return { external: [known], finished: status !== undefined && commandEnded(status.state) ? [known] : [] };
  }
  if (!(await ports.commands.online(context.key))) return NOTHING_TO_WAIT_FOR;
  await mayBegin(ports.killSwitch, 'collecting volatile state');
  const object = `${incidentPrefix(context.incident.id)}${VOLATILE_STATE}`;
  const urls = await listUrl(ports, context, [
    { name: 'object', value: await ports.presigner.put(object, URL_SECONDS) },
    { name: 'result', value: await ports.presigner.put(resultKey(context), URL_SECONDS) },
  ]);
  const sent = await ports.commands.send(context.key, {
    document: DOCUMENTS.collectVolatile.name,
    intent,
    parameters: { Incident: context.incident.id, Intent: intent, UrlList: urls },
  });
  return sent.status === 'sent' ? { external: [sent.command] } : NOTHING_TO_WAIT_FOR;
}
