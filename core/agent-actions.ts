/**
 * What the agent of a machine that takes Run Command asks of Systems Manager, by endpoint (Systems Manager User Guide, "Reference:
 * ec2messages, ssmmessages, and other API operations"). Its other questions are about inventory, patches and packages.
 */
export const AGENT_ACTIONS = {
  ssm: ['ssm:UpdateInstanceInformation'],
  ssmmessages: [
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
  ec2messages: [
    'ec2messages:AcknowledgeMessage',
    'ec2messages:DeleteMessage',
    'ec2messages:FailMessage',
    'ec2messages:GetEndpoint',
    'ec2messages:GetMessages',
    'ec2messages:SendReply',
  ],
} as const;
