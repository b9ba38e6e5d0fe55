import type { EvidenceSource } from './evidence-source';
import type { Summary } from './summary-schema';

/** The summary with every cited file under the name a person finds in the folder: gzipped ones end in `.gz` there. */
export async function withStoredNames(summary: Summary, source: EvidenceSource): Promise<Summary> {
  const names = new Map<string, string>();
  for (const name of await source.list()) names.set(name, (await source.storedName?.(name)) ?? name);
  const cited = <T extends { readonly file: string }>(item: T): T => ({
    ...item,
    file: names.get(item.file) ?? item.file,
  });
  return {
    ...summary,
    findings: summary.findings.map((finding) => ({ ...finding, evidence: finding.evidence.map(cited) })),
    indicators: summary.indicators.map((indicator) => ({ ...indicator, evidence: cited(indicator.evidence) })),
    inputs: summary.inputs.map(cited),
    problems: { ...summary.problems, first: summary.problems.first.map(cited) },
  };
}
