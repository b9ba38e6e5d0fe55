/** One configuration for every suite; `bin/test.mjs` chooses which to run. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  transform: {
    '^.+\\.(t|j|mj)sx?$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript', tsx: true } } }],
  },
  // octokit and its family ship ESM only; jest loads CommonJS.
  resolver: '<rootDir>/test/support/esm-only.cjs',
  transformIgnorePatterns: [
    '/node_modules/(?!(octokit|@octokit|universal-user-agent|before-after-hook|universal-github-app-jwt|toad-cache|bottleneck|fast-content-type-parse|json-with-bigint|content-type)/)',
    '/cdk.out/',
  ],
  modulePathIgnorePatterns: ['/cdk.out/', '/.cache/'],
  cacheDirectory: '<rootDir>/.cache/jest',
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  testTimeout: 120_000,
};
