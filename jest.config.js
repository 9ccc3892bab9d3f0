/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/setup/make-temp-folder.mjs',
  globalTeardown: '<rootDir>/test/setup/remove-temp-folder.mjs',
  reporters: ['default', '<rootDir>/test/setup/skip-reporter.cjs'],
  testTimeout: 30_000,
  // Most suites wait for servers and boards more than they compute: one worker for each core, not one less.
  maxWorkers: '100%',
};
