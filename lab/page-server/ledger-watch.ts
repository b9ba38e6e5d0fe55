import type { Commit } from '../../core/incident/events';
import { replay } from '../../core/incident/evolve';
import type { Policy } from '../../core/policy/schema';
import { dictOf, textOf } from '../aws/platform';
import type { Bucket } from '../aws/s3/buckets';
import { readLedgers, scan } from '../drill/records';
import type { Lab } from '../lab';
import { incidentView } from './incident-view';
import type { FileView, IncidentView, WaitSummary } from './model';

/** Reading takes its time: the next reading comes no sooner than four times that long after it. */
const REST_FACTOR = 4;

/** Follows ledger, waits and evidence objects from outside, past every permission, whenever a table was written. */
export class LedgerWatch {
  views: Readonly<Record<string, IncidentView>> = {};
  #ledgers: ReadonlyMap<string, readonly Commit[]> = new Map();
  #dirty = true;
  #readAgainAt = 0;
  readonly #bucket: Bucket;

  constructor(
    private readonly lab: Lab,
    private readonly policy: Policy,
  ) {
    this.#bucket = lab.services.buckets.find(lab.resource('AWS::S3::Bucket', 'Evidence').ref);
    lab.services.recorder.onRow(({ service, operation }) => {
      if ((service === 'dynamodb' && !/^(Get|Query|Scan)/.test(operation)) || service === 's3') this.#dirty = true;
    });
  }

  /** Nothing was written since the last reading. */
  get isCurrent(): boolean {
    return !this.#dirty;
  }

  rows(incident: string): readonly Commit[] {
    return this.#ledgers.get(incident) ?? [];
  }

  /** Reads again if something was written since; answers whether it did. */
  async refresh(force = false): Promise<boolean> {
    const startedAt = performance.now();
    if (!this.#dirty || (!force && startedAt < this.#readAgainAt)) return false;
    this.#dirty = false;
    this.#ledgers = await readLedgers(this.lab);
    const waits = await readWaits(this.lab);
    const files = this.#files();
    const views = [...this.#ledgers].flatMap(([id, commits]): IncidentView[] => {
      const incident = replay(commits);
      if (incident === undefined) return [];
      return [incidentView(incident, { policy: this.policy, files: files.get(id) ?? [], waits: waits.get(id) ?? [] })];
    });
    this.views = Object.fromEntries(views.map((view) => [view.id, view]));
    this.#readAgainAt = performance.now() + (performance.now() - startedAt) * REST_FACTOR;
    return true;
  }

  /** One object of the incident: the version that the manifest names, or the newest. */
  file(incident: string, path: string, versionId?: string): Buffer | undefined {
    const { buckets } = this.lab.services;
    return buckets.latest(this.#bucket, `incidents/${incident}/${path}`, versionId)?.body;
  }

  /** Objects under `incidents/<id>/`, by incident, in order of their paths. */
  #files(): ReadonlyMap<string, readonly FileView[]> {
    const files = new Map<string, FileView[]>();
    for (const key of [...this.#bucket.objects.keys()].sort()) {
      const [, incident = '', path = ''] = /^incidents\/([^/]+)\/(.+)$/.exec(key) ?? [];
      const version = this.lab.services.buckets.latest(this.#bucket, key);
      if (path === '' || version === undefined) continue;
      const file = { path, bytes: version.body.length, versionId: version.versionId };
      const known = files.get(incident);
      if (known) known.push(file);
      else files.set(incident, [file]);
    }
    return files;
  }
}

/** Parked tokens by incident. The tokens themselves are encrypted and stay where they are. */
async function readWaits(lab: Lab): Promise<ReadonlyMap<string, readonly WaitSummary[]>> {
  const items = await scan(lab, lab.resource('AWS::DynamoDB::Table', 'State').ref, {
    FilterExpression: 'begins_with(pk, :wait)',
    ExpressionAttributeValues: { ':wait': { S: 'WAIT#' } },
  });
  const waits = new Map<string, WaitSummary[]>();
  for (const item of items) {
    const text = (name: string): string => textOf(dictOf(item[name]).S);
    if (text('status') !== 'parked') continue;
    const incident = text('pk').slice('WAIT#'.length);
    const facts = dictOf(JSON.parse(text('facts') || '{}'));
    const what = textOf(facts.gate) || textOf(facts.step);
    const summary = { id: text('sk'), kind: textOf(facts.kind), what, deadline: text('deadline') };
    waits.set(incident, [...(waits.get(incident) ?? []), summary]);
  }
  return waits;
}
