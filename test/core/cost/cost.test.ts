import { idleMonth, oneIncident, total } from '../../../core/cost/cost';
import { costTable } from '../../../core/cost/cost-table';
import { FORENSIC_HOST, ORCHESTRATOR_MONTH } from '../../../core/cost/prices';
import { coreCounts, coreResources } from '../../support/template-counts';

const NOTHING = {
  ...{ dynamoWrites: 0, dynamoReads: 0, s3Writes: 0, s3Reads: 0, kmsRequests: 0, secretReads: 0, queueRequests: 0 },
  ...{ transitions: 0, invocations: 0, forensicHours: 0, endpoints: 3, zones: 2, diskGigabytes: 0, memoryGigabytes: 0 },
};

describe('the cost of an idle month', () => {
  const idle = idleMonth(coreCounts(), 3);

  it('is a small part of what the orchestrator of AWS costs', () => {
    expect(total(idle)).toBeGreaterThan(5);
    expect(total(idle)).toBeLessThan(ORCHESTRATOR_MONTH / 10);
  });

  it('has no hour in it: nothing in the core templates is paid by the hour', () => {
    const counts = coreCounts();
    for (const type of [
      'AWS::EC2::NatGateway',
      'AWS::EC2::Instance',
      'AWS::EC2::EIP',
      'AWS::AutoScaling::AutoScalingGroup',
    ])
      expect([type, counts[type]]).toEqual([type, undefined]);
    const endpoints = coreResources().filter(({ Type }) => Type === 'AWS::EC2::VPCEndpoint');
    expect(endpoints.map(({ Properties }) => Properties.VpcEndpointType ?? 'Gateway')).toEqual(['Gateway']);
  });

  it('counts every resource of a kind that has a price', () => {
    expect(total(idleMonth({ 'AWS::KMS::Key': 2 }, 0)) - total(idleMonth({}, 0))).toBeCloseTo(2);
  });
});

describe('the cost of an incident', () => {
  it('is priced for the very instance type of the launch template', () => {
    const [template] = coreResources().filter(({ Type }) => Type === 'AWS::EC2::LaunchTemplate');
    expect(template?.Properties.LaunchTemplateData).toMatchObject({ InstanceType: FORENSIC_HOST });
  });

  it('grows by what an hour of analysis costs', () => {
    // 0.1008 for the host, 3 endpoints in 2 zones at 0.01, 100 GB of gp3 at 0.08 over 730 h.
    expect(total(oneIncident({ ...NOTHING, forensicHours: 1 }))).toBeCloseTo(0.1008 + 0.06 + 8 / 730, 4);
  });

  it('is nothing when nothing was used', () => {
    expect(total(oneIncident(NOTHING))).toBe(0);
    expect(costTable([], oneIncident(NOTHING))).toContain('| functions | under $0.01 |');
  });
});
