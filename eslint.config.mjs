import boundaries from 'eslint-plugin-boundaries';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Who may import whom: the architecture, kept by the linter. */
const layers = [
  ['domain', 'src/domain', ['domain']],
  ['usecases', 'src/usecases', ['usecases', 'domain']],
  ['ledger', 'src/ledger', ['ledger', 'usecases', 'domain', 'root']],
  ['kisi', 'src/kisi', ['kisi', 'usecases', 'domain']],
  ['temporal', 'src/temporal', ['temporal', 'usecases', 'domain', 'workflows', 'activities', 'root']],
  ['http', 'src/http', ['http', 'usecases', 'domain', 'workflows', 'root']],
  ['simulator', 'src/kisi-simulator', ['simulator']],
  ['standalone', 'src/standalone', ['standalone', 'usecases', 'root']],
  ['admin', 'src/admin', ['admin']],
  ['workflows', 'workflows', ['workflows', 'domain', 'activities']],
  ['activities', 'activities', ['activities', 'domain', 'usecases', 'workflows']],
];
const mayImport = (from, to) => ({ from: { element: { type: from } }, allow: [{ to: { element: { type: to } } }] });
const everything = [...layers.map(([name]) => name), 'root'];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'src/ledger/generated/',
      'src/admin/api/schema.d.ts',
      'coverage/',
      '.latchkey/',
    ],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { boundaries },
    settings: {
      'boundaries/elements': [
        ...layers.map(([type, pattern]) => ({ type, pattern })),
        // Whatever of src/ is in none of the folders above.
        { type: 'root', pattern: 'src' },
      ],
      'import/resolver': { node: { extensions: ['.ts', '.tsx', '.js'] } },
    },
    rules: {
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [...layers.map(([type, , allow]) => mayImport(type, allow)), mayImport('root', everything)],
        },
      ],
      // Our objects are made of closures, not of classes with a `this`.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx', 'workflows/**/*.ts', 'activities/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      'no-restricted-imports': ['error', { patterns: [{ group: ['**/test/**'], message: 'Nothing imports tests.' }] }],
    },
  },
  {
    // The domain is plain: only its calendar knows a package (docs/adr/0006).
    files: ['src/domain/**/*.ts'],
    ignores: ['src/domain/calendar.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: String.raw`^(?!\./)`, message: 'Domain code imports nothing but itself.' }] },
      ],
    },
  },
  {
    files: ['src/admin/**/*.ts', 'src/admin/**/*.tsx'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // A handler of an event may be async: what it throws is shown where it is called.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    // Workflows run in a sandbox: whatever is not deterministic stays out, and activities come as types only.
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*', '**/test/**', '**/domain/calendar'], message: 'Not in workflow code.' }] },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
);
