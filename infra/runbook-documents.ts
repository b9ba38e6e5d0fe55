import { join } from 'node:path';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { DOCUMENTS } from '../core/collect/documents';
import { readSsmDocument } from '../core/collect/ssm-document';
import { ROOT } from './bundle';

const RUNBOOKS = join(ROOT, 'runbooks');

export type DocumentKey = keyof typeof DOCUMENTS;

/** Names of the documents a grant may let a function run. */
export function documentName(key: DocumentKey): string {
  return DOCUMENTS[key].name;
}

/**
 * Every document of core/collect/documents.ts, under its fixed name, scripts included: a merge that changes one
 * deploys it as a new version, and commands that run keep theirs.
 */
export function runbookDocuments(scope: Construct): void {
  for (const { name, file } of Object.values(DOCUMENTS)) {
    new CfnDocument(scope, name.replace('Cordon-', 'Runbook'), {
      name,
      documentType: 'Command',
      documentFormat: 'JSON',
      updateMethod: 'NewVersion',
      content: readSsmDocument(RUNBOOKS, file),
    });
  }
}
