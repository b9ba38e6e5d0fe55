import { createHash } from 'node:crypto';
import path from 'node:path';
import { sendCommand } from '../../../lab/estate/commands';
import { labExecutor } from '../../../lab/estate/executor';
import { estateFromFinding, type ScenarioOptions } from '../../../lab/estate/from-finding';
import type { HostNetwork } from '../../../lab/estate/host-network';
import { addDocument } from '../../../lab/estate/install';
import { createGroup, setGroups } from '../../../lab/estate/network';
import { evidenceFolder } from '../../../lab/estate/recorded-evidence';
import type { CommandExecutor } from '../../../lab/estate/types';
import { addVolume, plug } from '../../../lab/estate/volumes';
import { findingEvent } from './finding-event';
import { labEstates } from './lab-estates';

const TOOL = Buffer.from('a capture tool');
const digestOf = (body: Buffer) => createHash('sha256').update(body).digest('hex');

/** A network of plain maps: what is behind each URL, and what was put where. */
function memoryNetwork(list: string) {
  const stored = new Map<string, Buffer>();
  const origins = new Map<string, string | undefined>();
  const network: HostNetwork = {
    get: async (url) => ({ status: 200, body: url === 'http://s3/list' ? Buffer.from(list) : TOOL }),
    put: async (url, body, headers = {}) => {
      stored.set(url, body);
      origins.set(url, headers['x-amz-meta-cordon-origin']);
      return 200;
    },
    putObject: async (_, place, body, metadata) => {
      stored.set(`${place.bucket}/${place.key}`, body);
      origins.set(`${place.bucket}/${place.key}`, metadata['cordon-origin']);
    },
    keysUnder: async () => [],
    hasObject: async (_, place) => place.key === 'incidents/IR-X/images/memory.lime',
  };
  return { network, stored, origins };
}

const LIST = [
  `tool\thttp://s3/tool`,
  `sha256\t${digestOf(TOOL)}`,
  'part\thttp://s3/p1',
  'part\thttp://s3/p2',
  'result\thttp://s3/result',
].join('\n');

function commandLab(list: string, options: ScenarioOptions = {}) {
  const net = memoryNetwork(list);
  let executor: CommandExecutor | undefined;
  const late: CommandExecutor = {
    run: (work) => executor?.run(work) ?? Promise.reject(new Error('no executor')),
    boot: (estate, instance) => executor?.boot?.(estate, instance) ?? Promise.resolve(),
  };
  const lab = labEstates({ executor: late });
  const evidence = evidenceFolder(path.join(__dirname, '../../../lab/evidence'));
  executor = labExecutor({ clock: lab.time, network: net.network, evidence, memoryBytes: 3 * 1024 * 1024 });
  const instance = estateFromFinding(lab.estates, findingEvent(), options)?.instance;
  if (instance === undefined) throw new Error('The finding names an instance.');
  const send = (document: string, parameters: Record<string, string>) => {
    addDocument(lab.estate, document, {
      parameters: Object.fromEntries(Object.keys(parameters).map((name) => [name, { type: 'String' }])),
    });
    const values = Object.entries(parameters).map(([name, value]) => [name, [value]]);
    return sendCommand(lab.estate, {
      document,
      instances: [instance.id],
      parameters: Object.fromEntries(values),
      comment: '',
      deliverySeconds: 120,
    });
  };
  return { ...lab, ...net, instance, send };
}

const CAPTURE = { UrlList: 'http://s3/list', PartBytes: String(2 * 1024 * 1024), TimeLimitSeconds: '900' };

describe('what our documents do in the lab', () => {
  it('sends a memory image part by part and says its hash', async () => {
    const lab = commandLab(LIST);
    const command = lab.send('Cordon-CaptureMemory', CAPTURE);
    await lab.pass(60_000);
    expect(lab.stored.size).toBe(0);
    await lab.pass(300_000);
    const image = Buffer.concat(['p1', 'p2'].map((part) => lab.stored.get(`http://s3/${part}`) ?? Buffer.alloc(0)));
    expect(image.subarray(0, 4).toString('latin1')).toBe('EMiL');
    expect(JSON.parse(lab.stored.get('http://s3/result')?.toString() ?? '{}')).toMatchObject({
      outcome: 'captured',
      bytes: 3 * 1024 * 1024,
      parts: 2,
      sha256: digestOf(image),
      origin: 'stand-in',
    });
    expect(command.invocations[0]).toMatchObject({ status: 'Success', exitCode: 0 });
  });

  it('refuses a tool with another digest', async () => {
    const lab = commandLab(LIST.replace(digestOf(TOOL), 'f'.repeat(64)));
    const command = lab.send('Cordon-CaptureMemory', CAPTURE);
    await lab.pass(300_000);
    expect(JSON.parse(lab.stored.get('http://s3/result')?.toString() ?? '{}').outcome).toBe('no-tool');
    expect(command.invocations[0]?.status).toBe('Failed');
  });

  it('hears nothing more from a host that is cut off while it captures', async () => {
    const lab = commandLab(LIST, { reach: 'nat' });
    const command = lab.send('Cordon-CaptureMemory', CAPTURE);
    await lab.pass(60_000);
    const group = createGroup(lab.estate, {
      name: 'isolation',
      description: '',
      vpc: lab.instance.vpc,
      tags: new Map(),
    });
    group.rules = [];
    for (const id of lab.instance.interfaces) setGroups(lab.estate, lab.estate.interfaces.get(id)!, [group.id]);
    await lab.pass(600_000);
    expect(command.invocations[0]?.status).toBe('InProgress');
    await lab.pass(600_000);
    expect(command.invocations[0]).toMatchObject({ status: 'TimedOut', details: 'Execution Timed Out' });
    expect(lab.stored.size).toBe(0);
  });

  it('sends the recorded volatile state and says that it is recorded', async () => {
    const lab = commandLab(`object\thttp://s3/volatile\nresult\thttp://s3/result\n`);
    lab.send('Cordon-CollectVolatile', { UrlList: 'http://s3/list' });
    await lab.pass(60_000);
    expect(lab.origins.get('http://s3/volatile')).toBe('recorded');
    const state = JSON.parse(lab.stored.get('http://s3/volatile')?.toString() ?? '{}');
    expect(state.processes.length).toBeGreaterThan(50);
  });

  it('puts every recorded disk output under the prefix, once the volumes are attached', async () => {
    const lab = commandLab('');
    const volume = addVolume(lab.estate, {
      gib: 8,
      type: 'gp3',
      zone: lab.instance.zone,
      encrypted: false,
      kmsKey: undefined,
      tags: new Map(),
    });
    const parameters = { Bucket: 'evidence', Prefix: 'incidents/IR-X/derived/disk/', Volumes: `/dev/sdf=${volume.id}` };
    const early = lab.send('Cordon-AnalyseDisk', parameters);
    await lab.pass(10_000);
    expect(early.invocations[0]).toMatchObject({ status: 'Failed', errorOutput: `not attached: ${volume.id}` });
    plug(lab.estate, volume, lab.instance, '/dev/sdf', false);
    const command = lab.send('Cordon-AnalyseDisk', parameters);
    await lab.pass(3_600_000);
    expect(command.invocations[0]?.status).toBe('Success');
    expect(lab.stored.has('evidence/incidents/IR-X/derived/disk/mmls.txt')).toBe(true);
    expect(new Set(lab.origins.values())).toEqual(new Set(['recorded']));
  });

  it('analyses memory only when the image is there', async () => {
    const lab = commandLab('');
    const parameters = { Bucket: 'evidence', Prefix: 'incidents/IR-X/derived/memory/' };
    const none = lab.send('Cordon-AnalyseMemory', { ...parameters, Image: 'incidents/IR-X/images/none' });
    const some = lab.send('Cordon-AnalyseMemory', { ...parameters, Image: 'incidents/IR-X/images/memory.lime' });
    await lab.pass(3_600_000);
    expect(none.invocations[0]?.status).toBe('Failed');
    expect(some.invocations[0]?.status).toBe('Success');
    expect(lab.stored.has('evidence/incidents/IR-X/derived/memory/linux.pslist.json')).toBe(true);
  });
});
