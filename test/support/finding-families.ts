import { findingEvent, type Json } from './control-plane';

export interface FindingFamily {
  readonly type: string;
  readonly event: Json;
  readonly instance: string | undefined;
  readonly facts: readonly string[];
}

const INSTANCE = 'i-0011222aa333333b4';

/** One event of a type, made from the committed one: `change` edits service and resource. */
function family(
  type: string,
  facts: readonly string[],
  change: (service: Json, resource: Json) => void = () => undefined,
  about: 'an instance' | 'something else' = 'an instance',
): FindingFamily {
  const event = findingEvent((detail) => {
    Object.assign(detail, { type, id: type.replace(/\W/g, '').toLowerCase(), title: `${type} on ${INSTANCE}` });
    const service = detail.service as Json;
    service.action = null;
    service.additionalInfo = null;
    change(service, detail.resource as Json);
  });
  return { type, event, instance: about === 'an instance' ? INSTANCE : undefined, facts };
}

const connection = (port: number) => (service: Json) => {
  service.action = {
    actionType: 'NETWORK_CONNECTION',
    networkConnectionAction: {
      connectionDirection: 'OUTBOUND',
      protocol: 'TCP',
      blocked: false,
      remoteIpDetails: {
        ipAddressV4: '198.51.100.7',
        organization: { asn: '64496', asnOrg: 'Example Net' },
        country: { countryName: 'Nowhere' },
      },
      remotePortDetails: { port, portName: 'Unknown' },
      localPortDetails: { port: 41234, portName: 'Unknown' },
    },
  };
};
const CONNECTED = (port: number) => [
  'Direction: OUTBOUND',
  'Remote address: 198.51.100.7',
  `Remote port: ${port}`,
  'Local port: 41234',
  'Remote organisation: Example Net',
  'Remote country: Nowhere',
];
const dns = (domain: string) => (service: Json) => {
  service.action = { actionType: 'DNS_REQUEST', dnsRequestAction: { domain, protocol: 'UDP', blocked: false } };
};
const runtime = (context: Json) => (service: Json) => {
  service.runtimeDetails = {
    process: {
      name: 'xmrig',
      executablePath: '/tmp/xmrig',
      executableSha256: 'ab12',
      user: 'www-data',
      pid: 4711,
      lineage: [],
    },
    context,
  };
};
const RUNS = ['Process: xmrig', 'Executable: /tmp/xmrig', 'Executable SHA-256: ab12', 'Process user: www-data'];
const malware = (service: Json) => {
  service.ebsVolumeScanDetails = {
    scanId: 's',
    scanDetections: {
      threatDetectedByName: {
        itemCount: 1,
        threatNames: [
          { name: 'EICAR-Test-File', severity: 'HIGH', filePaths: [{ filePath: '/tmp/eicar', hash: 'x' }] },
        ],
      },
    },
  };
};
const without = (resource: Json) => {
  delete resource.instanceDetails;
};

/** A finding of every family that can name an EC2 instance, and of those that cannot. */
export function readFindingFamilies(): readonly FindingFamily[] {
  const connected = [
    'Backdoor:EC2/C&CActivity.B',
    'Backdoor:EC2/DenialOfService.Tcp',
    'Backdoor:EC2/Spambot',
    'Behavior:EC2/NetworkPortUnusual',
    'Behavior:EC2/TrafficVolumeUnusual',
    'CryptoCurrency:EC2/BitcoinTool.B',
    'Impact:EC2/PortSweep',
    'Impact:EC2/WinRMBruteForce',
    'Recon:EC2/Portscan',
    'Trojan:EC2/BlackholeTraffic',
    'Trojan:EC2/DropPoint',
    'UnauthorizedAccess:EC2/MaliciousIPCaller.Custom',
    'UnauthorizedAccess:EC2/RDPBruteForce',
    'UnauthorizedAccess:EC2/SSHBruteForce',
    'UnauthorizedAccess:EC2/TorClient',
  ];
  const asked = [
    'Backdoor:EC2/C&CActivity.B!DNS',
    'CryptoCurrency:EC2/BitcoinTool.B!DNS',
    'Impact:EC2/AbusedDomainRequest.Reputation',
    'Impact:EC2/SuspiciousDomainRequest.Reputation',
    'Trojan:EC2/DGADomainRequest.C!DNS',
    'Trojan:EC2/DriveBySourceTraffic!DNS',
    'Trojan:EC2/PhishingDomainRequest!DNS',
    'UnauthorizedAccess:EC2/MetadataDNSRebind',
  ];
  const ran = [
    'CryptoCurrency:Runtime/BitcoinTool.B',
    'DefenseEvasion:Runtime/FilelessExecution',
    'Execution:Runtime/NewBinaryExecuted',
    'Execution:Runtime/ReverseShell',
    'PrivilegeEscalation:Runtime/RunscOverwrite',
    'Backdoor:Runtime/C&CActivity.B',
  ];
  return [
    ...connected.map((type) => family(type, CONNECTED(443), connection(443))),
    ...asked.map((type) => family(type, ['Domain: evil.example'], dns('evil.example'))),
    ...ran.map((type) => family(type, [...RUNS, 'Modified by: bash'], runtime({ modifyingProcess: { name: 'bash' } }))),
    family('Recon:EC2/PortProbeUnprotectedPort', ['Probed port: 22', 'Probed from: 203.0.113.9'], (service) => {
      const probe = { localPortDetails: { port: 22 }, remoteIpDetails: { ipAddressV4: '203.0.113.9' } };
      service.action = { actionType: 'PORT_PROBE', portProbeAction: { blocked: false, portProbeDetails: [probe] } };
    }),
    family(
      'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS',
      ['API call: ListBuckets', 'Called from: 203.0.113.9'],
      (service, resource) => {
        service.action = {
          actionType: 'AWS_API_CALL',
          awsApiCallAction: { api: 'ListBuckets', remoteIpDetails: { ipAddressV4: '203.0.113.9' } },
        };
        without(resource);
      },
      'something else',
    ),
    family('Execution:EC2/MaliciousFile', ['Malware: EICAR-Test-File', 'Malware file: /tmp/eicar'], malware),
    family(
      'Execution:Container/SuspiciousFile',
      ['Malware: EICAR-Test-File', 'Malware file: /tmp/eicar', 'Container: web', 'Container image: nginx'],
      (service, resource) => {
        malware(service);
        Object.assign(resource, { resourceType: 'Container', containerDetails: { name: 'web', image: 'nginx' } });
      },
    ),
    family(
      'Execution:ECS/MaliciousFile',
      ['Malware: EICAR-Test-File', 'Malware file: /tmp/eicar', 'Container: app', 'ECS cluster: shop'],
      (service, resource) => {
        malware(service);
        Object.assign(resource, {
          resourceType: 'ECSCluster',
          ecsClusterDetails: { name: 'shop', taskDetails: { containers: [{ name: 'app' }] } },
        });
      },
    ),
    family(
      'Execution:Kubernetes/MaliciousFile',
      ['Malware: EICAR-Test-File', 'Malware file: /tmp/eicar', 'Workload: api', 'EKS cluster: prod'],
      (service, resource) => {
        malware(service);
        Object.assign(resource, {
          resourceType: 'EKSCluster',
          eksClusterDetails: { name: 'prod' },
          kubernetesDetails: { kubernetesWorkloadDetails: { name: 'api' } },
        });
        without(resource);
      },
      'something else',
    ),
    family(
      'Object:S3/MaliciousFile',
      ['Malware: EICAR'],
      (service, resource) => {
        service.malwareScanDetails = { threats: [{ name: 'EICAR' }] };
        without(resource);
      },
      'something else',
    ),
    family(
      'AttackSequence:EC2/CompromisedInstanceGroup',
      [],
      (service, resource) => {
        service.detection = { sequence: { uid: 'x', signals: [] } };
        without(resource);
      },
      'something else',
    ),
  ];
}
