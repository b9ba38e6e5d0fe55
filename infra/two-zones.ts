import { Fn } from 'aws-cdk-lib';

/**
 * The first two zones of the region, named by CloudFormation when it deploys. CDK would ask the account for their names
 * wherever account and region are known, and synthesize dummies where there are no credentials to ask with.
 */
export const twoZones = (): string[] => [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
