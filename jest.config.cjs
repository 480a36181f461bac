/** One transform for every kind of test; servers that many tests share are started once. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  testTimeout: 60_000,
  // Two cores: more at once would only make everything slower.
  maxWorkers: 2,
  ...(process.env.LATCHKEY_UNIT_ONLY === '1'
    ? {}
    : {
        globalSetup: '<rootDir>/test/support/start-servers.ts',
        globalTeardown: '<rootDir>/test/support/stop-servers.ts',
      }),
};
