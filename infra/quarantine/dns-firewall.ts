import type { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  CfnFirewallDomainList,
  CfnFirewallRuleGroup,
  CfnFirewallRuleGroupAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import type { Construct } from 'constructs';

/**
 * Names of AWS resolve, every other is answered NODATA: malware opened in quarantine cannot carry data out in DNS
 * questions, which no security group and no network ACL sees (the VPC's resolver is reached beside them).
 */
export function dnsFirewall(scope: Construct, vpc: Vpc): void {
  const aws = new CfnFirewallDomainList(scope, 'AwsNames', { domains: ['*.amazonaws.com', '*.compute.internal'] });
  const all = new CfnFirewallDomainList(scope, 'EveryName', { domains: ['*'] });
  const rules = new CfnFirewallRuleGroup(scope, 'DnsRules', {
    firewallRules: [
      { firewallDomainListId: aws.attrId, priority: 100, action: 'ALLOW' },
      { firewallDomainListId: all.attrId, priority: 200, action: 'BLOCK', blockResponse: 'NODATA' },
    ],
  });
  new CfnFirewallRuleGroupAssociation(scope, 'DnsFirewall', {
    firewallRuleGroupId: rules.attrId,
    vpcId: vpc.vpcId,
    // Between AWS's own (below 100) and Firewall Manager's last group (above 9000).
    priority: 101,
    mutationProtection: 'ENABLED',
  });
}
