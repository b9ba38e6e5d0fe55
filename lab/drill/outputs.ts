import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { currentRun } from '../../core/incident/incident';
import { exportThread } from '../slack/workspace';
import type { DrillResult } from './drill';

/** Written by the report; empty where no report was made. */
const REPORT_FILES = ['summary.json', 'summary.md', 'report.html', 'timeline.jsonl'] as const;

/**
 * Writes everything CONTRACTS names into a folder; every outcome writes every file. The folder is made; files of an
 * earlier drill in it are replaced.
 */
export function writeOutputs(result: DrillResult, out: string): void {
  mkdirSync(out, { recursive: true });
  const json = (name: string, value: unknown) => writeFileSync(join(out, name), `${JSON.stringify(value, null, 2)}\n`);
  const lines = (name: string, rows: readonly unknown[]) =>
    writeFileSync(join(out, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const { desk } = result;
  json('thread.json', exportThread(desk.slack.workspace, desk.channel));
  lines('ledger.jsonl', result.rows);
  lines('calls.jsonl', desk.lab.services.recorder.rows);
  json('incident.json', incidentFile(result));
  json('estate.json', result.estate);
  json('history.json', historyFile(result));
  json('github.json', {
    dispatches: desk.github.double.dispatches,
    runs: desk.github.runs,
    pulls: desk.github.repository.pulls,
  });
  writeEvidence(result, join(out, 'evidence'));
  writeReport(result, out);
}

function incidentFile({ incident, outcome, reason, ledgers, notices, desk }: DrillResult) {
  const run = incident ? currentRun(incident) : undefined;
  return {
    id: incident?.id ?? null,
    generation: incident?.generation ?? null,
    outcome,
    reason,
    instance: incident?.instance ?? null,
    status: incident?.status ?? null,
    execution: run?.execution ?? null,
    runs: incident?.runs ?? [],
    gates: Object.values(incident?.gates ?? {}),
    passedGates: incident?.passedGates ?? {},
    findings: incident?.findings ?? [],
    containment: incident?.containment ?? null,
    missing: incident?.missing ?? [],
    evidenceHead: incident?.seals.at(-1)?.head ?? null,
    keyFingerprint: incident?.finalSeal?.fingerprint ?? null,
    others: [...ledgers.keys()].filter((id) => id !== incident?.id),
    notices,
    endedAt: new Date(desk.lab.clock.now()).toISOString(),
  };
}

/** The first execution as GetExecutionHistory answers; later runs (release, close) under `runs`. */
function historyFile({ desk }: DrillResult) {
  const [first, ...later] = desk.lab.services.executions.all().map((run) => ({
    executionArn: run.arn,
    name: run.name,
    stateMachineArn: run.reference.machine.arn,
    definitionSha256: run.reference.machine.definitionSha256,
    status: run.result?.status ?? 'RUNNING',
    input: run.input,
    events: run.events,
  }));
  return first === undefined ? { definitionSha256: null, events: [] } : { ...first, runs: later };
}

/** The newest version of every object of the incident that a manifest lists, byte for byte, and the newest manifest. */
function writeEvidence({ desk, incident }: DrillResult, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (incident === undefined) return void writeFileSync(join(folder, 'manifest.json'), '');
  const { buckets } = desk.lab.services;
  const bucket = buckets.find(desk.lab.resource('AWS::S3::Bucket', 'Evidence').ref);
  const prefix = `incidents/${incident.id}/`;
  const read = (path: string, version?: string) => buckets.latest(bucket, prefix + path, version)?.body;
  const manifest = read('final/manifest.json') ?? read('derived/manifest.json');
  writeFileSync(join(folder, 'manifest.json'), manifest ?? '');
  for (const { path, versionId } of entriesOf(manifest)) {
    const body = read(path, versionId);
    if (body === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), body);
  }
}

function entriesOf(manifest: Buffer | undefined): readonly { readonly path: string; readonly versionId: string }[] {
  if (manifest === undefined) return [];
  const { entries }: { entries?: readonly { path: string; versionId: string }[] } = JSON.parse(
    manifest.toString('utf8'),
  );
  return entries ?? [];
}

/** What the workflow's report artifact holds, from the newest run that has one. */
function writeReport({ desk }: DrillResult, out: string): void {
  const folders = readdirSync(desk.artifacts)
    .sort()
    .map((run) => join(desk.artifacts, run, 'report'));
  const newest = folders.filter((folder) => existsSync(join(folder, 'summary.json'))).at(-1);
  for (const name of REPORT_FILES) {
    if (newest && existsSync(join(newest, name))) cpSync(join(newest, name), join(out, name));
    else writeFileSync(join(out, name), '');
  }
}
