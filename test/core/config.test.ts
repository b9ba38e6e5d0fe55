import { readConfig } from '../../core/config';

const NAMED = { HOME_ACCOUNT: '000111222333', HOME_REGION: 'eu-west-1', GITHUB_REPOSITORY: 'owner/name' };

describe('the environment of a function', () => {
  test('gives the named variables and nothing else', () => {
    const env = { ...NAMED, ADMIN_PAIRS: '[["000111222333","444555666777"]]', FORENSIC_SUBNETS: 'subnet-1,,subnet-2' };
    expect(readConfig(env, 'HOME_REGION', 'ADMIN_PAIRS', 'FORENSIC_SUBNETS', 'DETECTOR_ID')).toEqual({
      HOME_REGION: 'eu-west-1',
      ADMIN_PAIRS: [['000111222333', '444555666777']],
      FORENSIC_SUBNETS: ['subnet-1', 'subnet-2'],
      DETECTOR_ID: undefined,
    });
  });

  test('counts no pairs when none are named', () => {
    expect(readConfig({}, 'ADMIN_PAIRS')).toEqual({ ADMIN_PAIRS: [] });
  });

  test.each([
    ['HOME_ACCOUNT', undefined, 'is not set'],
    ['HOME_ACCOUNT', '123', 'must be twelve digits'],
    ['HOME_REGION', 'nowhere', 'must be a region name'],
    ['GITHUB_REPOSITORY', 'no-slash', 'must be owner/name'],
    ['LEDGER_TABLE', '', 'is empty'],
    ['DETECTOR_ID', '', 'is empty'],
    ['ADMIN_PAIRS', '[', 'must be JSON'],
    ['ADMIN_PAIRS', '{}', 'must be a list of pairs'],
    ['ADMIN_PAIRS', '[["000111222333"]]', 'must be a list of pairs'],
    ['ADMIN_PAIRS', '[["000111222333",7]]', 'must be twelve digits'],
  ] as const)('says of %s = %j that it %s', (name, value, why) => {
    const env = value === undefined ? {} : { [name]: value };
    expect(() => readConfig(env, name)).toThrow(`Environment variable ${name} ${why}`);
  });
});
