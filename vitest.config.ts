import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Most tests of the built command wait for processes: two at a time use what two cores have.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          // Far more than any of them takes: a machine that is busy with other things is no failure.
          testTimeout: 30_000,
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/docs/**', 'test/build/**', 'test/ci/**', 'test/editor/**', 'test/browser/**'],
          // As Node does it: the default export of a CommonJS package is all of `module.exports`.
          deps: { interopDefault: false },
          pool: 'threads',
          isolate: false,
        },
      },
      {
        test: {
          name: 'e2e',
          // What runs the built command.
          include: [
            'test/e2e/**/*.test.ts',
            'test/docs/**/*.test.ts',
            'test/build/**/*.test.ts',
            'test/ci/**/*.test.ts',
            'test/editor/**/*.test.ts',
          ],
          // The home of whoever runs the tests is not written to.
          env: { TALLYMAN_NO_CACHE: '1' },
          pool: 'forks',
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          // What needs a Chromium: `npm run test:browser`, and never a part of `npm test`.
          include: ['test/browser/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
