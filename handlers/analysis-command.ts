import type { DocumentName } from '../core/collect/documents';
import { NeedsHuman, Transient } from '../core/errors';
import { type InstanceKey, parseAccountId, parseInstanceId, parseRegion } from '../core/incident/ids';
import { type CommandRunner, commandEnded } from '../core/ports/command-runner';
import type { ForensicHost, ForensicMachine } from '../core/ports/forensic-host';
import type { KillSwitch } from '../core/ports/switches';
import { mayBegin } from './intent';
import { goneOnWithout } from './judge';
import { NOTHING_TO_WAIT_FOR, type ParkingPorts, type Started } from './parked-step';
import { type Pause, within30Seconds } from './pause';
import { intentOf, type StepContext } from './step';

export interface AnalysisPorts extends ParkingPorts {
  readonly host: ForensicHost;
  readonly commands: CommandRunner;
  readonly bucket: string;
  readonly pause: Pause;
  readonly killSwitch: KillSwitch;
  /** Where the forensic instance lives. */
  readonly home: { readonly account: string; readonly region: string };
}

/** The forensic instance as SSM knows it: in our own account and region. */
export function hostKey(home: AnalysisPorts['home'], machine: ForensicMachine): InstanceKey {
  const account = parseAccountId(home.account);
  const region = parseRegion(home.region);
  const instance = parseInstanceId(machine.instance);
  if (account === undefined || region === undefined || instance === undefined) {
    throw new NeedsHuman(`${machine.instance} in ${home.account}/${home.region} is no place a command can be sent to.`);
  }
  return { account, region, instance };
}

/** Sends an analysis document to the forensic instance, or finds the command that was sent before. */
export async function startAnalysis(
  ports: AnalysisPorts,
  context: StepContext,
  document: DocumentName,
  parametersFor: (machine: ForensicMachine) => Readonly<Record<string, string>>,
): Promise<Started> {
  const machine = await ports.host.find(context.incident.id);
  if (machine === undefined && goneOnWithout(context, 'Launch the forensic instance') !== undefined)
    return NOTHING_TO_WAIT_FOR;
  if (machine === undefined) throw new NeedsHuman('The forensic instance is gone: nothing was analysed.');
  const key = hostKey(ports.home, machine);
  const intent = intentOf(context);
  const known = await ports.commands.find(key, intent);
  if (known !== undefined) {
    const status = await ports.commands.status(key, known);
    return { external: [known], finished: status !== undefined && commandEnded(status.state) ? [known] : [] };
  }
  await mayBegin(ports.killSwitch, 'an analysis');
  const online = await within30Seconds(ports.pause, async () =>
    (await ports.commands.online(key)) ? true : undefined,
  );
  if (online === undefined) throw new Transient(`The agent of ${machine.instance} does not answer yet.`);
  const sent = await ports.commands.send(key, { document, intent, parameters: parametersFor(machine) });
  if (sent.status === 'sent') return { external: [sent.command] };
  throw new NeedsHuman(`${machine.instance} cannot be reached: ${sent.why}.`);
}
