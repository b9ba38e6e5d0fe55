import { clampText, plainText } from '../text';
import type { FindingDetail } from './finding';

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** A card shows a dozen short facts at most; the whole finding is kept as a blob. */
const MAX_FACTS = 12;
const MAX_VALUE = 200;

/** Where a fact lies in a finding: `[]` walks a list. In order of what a responder asks first. */
const FACT_PATHS: readonly (readonly [label: string, path: string])[] = [
  ['Domain', 'service.action.dnsRequestAction.domain'],
  ['Direction', 'service.action.networkConnectionAction.connectionDirection'],
  ['Remote address', 'service.action.networkConnectionAction.remoteIpDetails.ipAddressV4'],
  ['Remote address', 'service.action.networkConnectionAction.remoteIpDetails.ipAddressV6'],
  ['Remote port', 'service.action.networkConnectionAction.remotePortDetails.port'],
  ['Local port', 'service.action.networkConnectionAction.localPortDetails.port'],
  ['Remote organisation', 'service.action.networkConnectionAction.remoteIpDetails.organization.asnOrg'],
  ['Remote country', 'service.action.networkConnectionAction.remoteIpDetails.country.countryName'],
  ['Probed port', 'service.action.portProbeAction.portProbeDetails.[].localPortDetails.port'],
  ['Probed from', 'service.action.portProbeAction.portProbeDetails.[].remoteIpDetails.ipAddressV4'],
  ['API call', 'service.action.awsApiCallAction.api'],
  ['Called from', 'service.action.awsApiCallAction.remoteIpDetails.ipAddressV4'],
  ['Kubernetes call', 'service.action.kubernetesApiCallAction.requestUri'],
  ['RDS user', 'service.action.rdsLoginAttemptAction.loginAttributes.[].user'],
  ['Process', 'service.runtimeDetails.process.name'],
  ['Executable', 'service.runtimeDetails.process.executablePath'],
  ['Executable SHA-256', 'service.runtimeDetails.process.executableSha256'],
  ['Process user', 'service.runtimeDetails.process.user'],
  ['Modified by', 'service.runtimeDetails.context.modifyingProcess.name'],
  ['Targeted', 'service.runtimeDetails.context.targetProcess.name'],
  ['Script', 'service.runtimeDetails.context.scriptPath'],
  ['Library', 'service.runtimeDetails.context.libraryPath'],
  ['Module', 'service.runtimeDetails.context.moduleName'],
  ['Command line', 'service.runtimeDetails.context.commandLineExample'],
  ['Malware', 'service.ebsVolumeScanDetails.scanDetections.threatDetectedByName.threatNames.[].name'],
  [
    'Malware file',
    'service.ebsVolumeScanDetails.scanDetections.threatDetectedByName.threatNames.[].filePaths.[].filePath',
  ],
  ['Malware', 'service.malwareScanDetails.threats.[].name'],
  ['Threat list', 'service.evidence.threatIntelligenceDetails.[].threatListName'],
  ['Threat', 'service.evidence.threatIntelligenceDetails.[].threatNames.[]'],
  ['Container', 'resource.containerDetails.name'],
  ['Container image', 'resource.containerDetails.image'],
  ['Workload', 'resource.kubernetesDetails.kubernetesWorkloadDetails.name'],
  ['Container', 'resource.ecsClusterDetails.taskDetails.containers.[].name'],
  ['ECS cluster', 'resource.ecsClusterDetails.name'],
  ['EKS cluster', 'resource.eksClusterDetails.name'],
];

/** Short facts of a finding for its card. Values are untrusted text: control characters are gone, lengths are bounded. */
export function factsOf(detail: FindingDetail): readonly Fact[] {
  const facts: Fact[] = [];
  const seen = new Set<string>();
  for (const [label, path] of FACT_PATHS) {
    for (const value of valuesAt(detail, path.split('.'))) {
      const text = clampText(plainText(value), MAX_VALUE);
      if (text === '' || seen.has(`${label}\n${text}`)) continue;
      seen.add(`${label}\n${text}`);
      facts.push({ label, value: text });
      if (facts.length === MAX_FACTS) return facts;
    }
  }
  return facts;
}

function valuesAt(value: unknown, path: readonly string[]): readonly string[] {
  const [head, ...rest] = path;
  if (head === undefined) return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
  if (head === '[]')
    return Array.isArray(value) ? value.slice(0, MAX_FACTS).flatMap((item) => valuesAt(item, rest)) : [];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, head)) return [];
  const inner: unknown = Object.entries(value).find(([key]) => key === head)?.[1];
  return valuesAt(inner, rest);
}
