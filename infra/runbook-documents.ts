import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { parse } from 'yaml';
import { ROOT } from './bundle';

const FOLDER = join(ROOT, 'runbooks', 'ssm');

export interface RunbookDocuments {
  /** `DOCUMENT_CAPTURE_MEMORY` → document name, for the functions that send commands. */
  readonly environment: Readonly<Record<string, string>>;
  /** `capture-memory` → document name, for permissions. */
  readonly names: ReadonlyMap<string, string>;
}

/** Every file of runbooks/ssm as an SSM Command document; a merge that changes one deploys it as a new version. */
export function runbookDocuments(scope: Construct): RunbookDocuments {
  const names = new Map<string, string>();
  for (const file of readdirSync(FOLDER).sort()) {
    if (!file.endsWith('.yaml')) continue;
    const runbook = basename(file, '.yaml');
    const document = new CfnDocument(scope, `Runbook-${runbook}`, {
      documentType: 'Command',
      documentFormat: 'JSON',
      updateMethod: 'NewVersion',
      content: parse(readFileSync(join(FOLDER, file), 'utf8')),
    });
    names.set(runbook, document.ref);
  }
  const environment = Object.fromEntries([...names].map(([runbook, name]) => [variableOf(runbook), name]));
  return { environment, names };
}

function variableOf(runbook: string): string {
  return `DOCUMENT_${runbook.toUpperCase().replaceAll('-', '_')}`;
}
