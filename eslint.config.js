import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const pureCore = [
  { name: 'Date', message: 'core has no clock: take the time as an argument.' },
  { name: 'process', message: 'core has no process.' },
  { name: 'setTimeout', message: 'core has no clock.' },
  { name: 'setInterval', message: 'core has no clock.' },
  { name: 'fetch', message: 'core does no I/O.' },
  { name: 'performance', message: 'core has no clock.' },
  { name: 'setImmediate', message: 'core has no clock.' },
  { name: 'crypto', message: 'core is pure: take randomness as an argument.' },
  { name: 'Buffer', message: 'core uses Uint8Array.' },
  { name: 'queueMicrotask', message: 'core schedules nothing.' },
  { name: 'WebSocket', message: 'core does no I/O.' },
  ...['globalThis', 'global'].map((name) => ({ name, message: 'core reaches nothing that is not imported.' })),
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '.cache/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-console': 'error',
      'no-control-regex': 'off',
      'max-lines': ['error', { max: 250 }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { boolean: true } }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(fs|path|os|net|child_process|crypto|events|stream|url|util)$', message: 'Use node:.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src/core/**/*.ts', 'src/ports/**/*.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'error' },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...pureCore],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'core is pure.' }],
    },
  },
  {
    files: ['tools/**/*.ts'],
    ignores: ['tools/{base-tool,args,index}.ts'],
    rules: { 'max-lines': ['error', { max: 80 }] },
  },
  {
    files: ['test/**/*.ts', 'scripts/**/*.ts', 'examples/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300 }],
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.cjs', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions,
      globals: { module: 'writable', require: 'readonly', process: 'readonly', console: 'readonly', URL: 'readonly' },
    },
  },
  { files: ['scripts/**/*.mjs', 'examples/**/*.mjs', '**/*.cjs'], rules: { 'no-console': 'off' } },
);
