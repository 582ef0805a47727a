// The rules of the code that a machine can hold: no lost promises, exhaustive switches, pure business rules, small files.
import tseslint from 'typescript-eslint';
import { NO_FORWARD_REF, PURE, RECORDED } from './tools/pure-code.ts';

const SPECS = ['**/*.spec.ts', 'test/**/*.ts', 'libs/*/{testing,contract}/**/*.ts'];

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'coverage/', 'test/architecture/fixtures/', '**/*.js', '**/*.cjs'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...NO_FORWARD_REF,
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Nest's modules and GraphQL's types are classes for their decorators.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      // `async` without `await` is how an in-process adapter keeps a port's promise to reject and never to throw.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // What a database driver answers with is not always what its types say.
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_', argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
      // Code-first GraphQL answers with plain objects where a type is declared as a class.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    // Decorator metadata needs the class at run time, where an import looks as if only its type were used.
    files: ['apps/**/*.ts', 'libs/*/graphql/**/*.ts', 'libs/*/application/**/*.ts', 'libs/graphql-kit/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    // Opening a text for display notes whose it is; the vault does not.
    files: ['libs/*/graphql/**/*.ts'],
    ignores: SPECS,
    rules: RECORDED,
  },
  {
    files: ['libs/*/domain/**/*.ts', 'libs/*/read-models/*.projection.ts', 'libs/kernel/**/*.ts'],
    ignores: SPECS,
    rules: PURE,
  },
  {
    // Kysely's expression builders are made to be destructured.
    files: ['libs/*/read-models/**/*.ts', 'libs/platform/sql/**/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['apps/cli/**/*.ts', 'bench/**/*.ts', 'tools/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: SPECS,
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
