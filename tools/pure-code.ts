// What imports alone do not tell of the architecture's rules 1 and 6: clocks, randomness and I/O are globals, and a
// cycle can hide behind forwardRef. Here as data, so that the lint run and the test of these rules use the same.

import type { Linter } from 'eslint';

export const PURE: Linter.RulesRecord = {
  'no-restricted-globals': [
    'error',
    ...['process', 'console', 'fetch', 'crypto', 'performance', 'setTimeout', 'setInterval', 'setImmediate'].map(
      (name) => ({
        name,
        message: 'Pure code gets times, ids and facts in the command or event.',
      }),
    ),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'The time comes in the command or event.' },
    { object: 'Math', property: 'random', message: 'Ids come in the command or event.' },
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
      message: 'The time comes in the command or event.',
    },
    { selector: 'CallExpression[callee.name="Date"]', message: 'The time comes in the command or event.' },
  ],
};

const FORWARD_REF = { name: '@nestjs/common', importNames: ['forwardRef'], message: 'Undo the cycle instead.' };

export const NO_FORWARD_REF: Linter.RulesRecord = {
  'no-restricted-imports': ['error', { paths: [FORWARD_REF] }],
};

/** For `graphql/`: the vault opens a text without noting whose it is. */
export const RECORDED: Linter.RulesRecord = {
  'no-restricted-imports': [
    'error',
    {
      paths: [
        FORWARD_REF,
        {
          name: '#libs/privacy',
          importNames: ['PersonalDataVault'],
          message: 'Open personal data through PersonalTexts of #libs/graphql-kit, so that its reading is recorded.',
        },
      ],
    },
  ],
};
