/** List prices of US East (N. Virginia) in US dollars, without free tiers, as published in 2025; each with its page. */
export const PRICES = {
  /** https://aws.amazon.com/kms/pricing/ */
  kmsKeyMonth: 1,
  kmsRequest: 0.03 / 10_000,
  /** https://aws.amazon.com/secrets-manager/pricing/ */
  secretMonth: 0.4,
  secretRequest: 0.05 / 10_000,
  /** https://aws.amazon.com/cloudwatch/pricing/ */
  alarmMonth: 0.1,
  dashboardMonth: 3,
  logGigabyte: 0.5,
  /** https://aws.amazon.com/xray/pricing/ */
  trace: 5 / 1_000_000,
  /** https://aws.amazon.com/lambda/pricing/, arm64 */
  lambdaRequest: 0.2 / 1_000_000,
  lambdaGigabyteSecond: 0.0000133334,
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  dynamoWrite: 0.625 / 1_000_000,
  dynamoRead: 0.125 / 1_000_000,
  /** https://aws.amazon.com/sqs/pricing/ */
  queueRequest: 0.4 / 1_000_000,
  /** https://aws.amazon.com/step-functions/pricing/ */
  transition: 0.025 / 1_000,
  /** https://aws.amazon.com/s3/pricing/ */
  s3Write: 0.005 / 1_000,
  s3Read: 0.0004 / 1_000,
  s3GigabyteMonth: 0.023,
  /** https://aws.amazon.com/privatelink/pricing/, per zone */
  interfaceEndpointHour: 0.01,
  /** https://aws.amazon.com/ec2/pricing/on-demand/, Linux */
  forensicHostHour: 0.1008,
  /** https://aws.amazon.com/ebs/pricing/ */
  gp3GigabyteMonth: 0.08,
  snapshotGigabyteMonth: 0.05,
} as const;

/** 365 days × 24 h ÷ 12. */
export const HOURS_A_MONTH = 730;

/** The instance type that `forensicHostHour` is the price of; a test holds the template to it. */
export const FORENSIC_HOST = 'm7i.large';

/** Published by AWS in the README of its Automated Forensics Orchestrator for Amazon EC2, per month. */
export const ORCHESTRATOR_MONTH = 235;
