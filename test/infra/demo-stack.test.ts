import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ATTACKS } from '../../infra/stacks/demo-stack';
import { resourcesOf, templateOf, templates } from './synthesized';

const demo = () => templateOf('CordonDemo', { demo: true });
const SCRIPTS = resolve(__dirname, '../../runbooks/demo');

describe('the demo', () => {
  test('is not there unless asked for', () => {
    expect([...templates().keys()]).not.toContain('CordonDemo');
  });

  test('lets nobody in from the internet, and needs no bastion', () => {
    for (const [id, { Properties }] of resourcesOf(demo(), 'AWS::EC2::SecurityGroup'))
      expect([id, JSON.stringify(Properties.SecurityGroupIngress ?? '')]).toEqual([
        id,
        expect.not.stringContaining('0.0.0.0/0'),
      ]);
    const [door] = resourcesOf(demo(), 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(door?.[1].Properties.Scheme).toBe('internal');
    expect(JSON.stringify(resourcesOf(demo(), 'AWS::EC2::LaunchTemplate'))).not.toContain('KeyName');
  });

  test('serves from two zones behind health checks, and may be drilled', () => {
    const [servers] = resourcesOf(demo(), 'AWS::AutoScaling::AutoScalingGroup');
    expect(servers?.[1].Properties).toMatchObject({ MinSize: '2', HealthCheckType: 'ELB' });
    expect(servers?.[1].Properties.VPCZoneIdentifier).toHaveLength(2);
    expect(servers?.[1].Properties.Tags).toContainEqual({
      Key: 'cordon:drill',
      PropagateAtLaunch: true,
      Value: 'true',
    });
    const [targets] = resourcesOf(demo(), 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(targets?.[1].Properties.HealthCheckPath).toBe('/healthy');
  });

  test('leaves nothing: no resource is kept when the stack goes', () => {
    for (const [id, { DeletionPolicy }] of Object.entries(demo().Resources))
      expect([id, DeletionPolicy]).toEqual([id, expect.not.stringMatching(/Retain|Snapshot/)]);
  });

  test('has a document for each attack, which downloads and connects to nothing', () => {
    const documents = resourcesOf(demo(), 'AWS::SSM::Document');
    expect(documents.map(([, { Properties }]) => Properties.Name).sort()).toEqual(
      ATTACKS.map((name) => `Cordon-Demo-${name}`).sort(),
    );
    const text = JSON.stringify(documents);
    for (const tool of ['curl', 'wget', '/dev/tcp', 'nc ', 'base64 -d', 'eval']) expect(text).not.toContain(tool);
  });

  test('is scripts that a shell can read', () => {
    for (const file of readdirSync(SCRIPTS)) {
      const checked = spawnSync('bash', ['-n', join(SCRIPTS, file)], { encoding: 'utf8' });
      expect([file, checked.stderr]).toEqual([file, '']);
    }
  });
});
