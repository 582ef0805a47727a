import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '#libs/kernel';
import { checkChosenPassword } from './password-rules.ts';

describe('a chosen password', () => {
  it.each([
    'correct horse battery',
    'Xk3-pq9_Zt1m',
    '流霞里的老槐树开花了真好看啊',
    'passwords are not my thing',
    ' leading and trailing ',
    '😀'.repeat(123) + 'abcde',
    'tomorrow is 123',
  ])('may be %j', (password) => {
    expect(() => {
      checkChosenPassword(password, 'li.hua');
    }).not.toThrow();
  });

  it.each([
    ['short', 'elevenchars'],
    ['short though it has many code units', '😀😁😂😃😄😅😆'],
    ['long', 'abcde'.repeat(26)],
    ['common', 'password1234'],
    ['common, in capitals', 'PASSWORD12345678'],
    ['common, with signs between', 'admin-admin-admin!'],
    ['common, from a row of keys', 'qwertyuiop123456'],
    ['the name of the product', 'bangbangwo2024'],
    ['monotonous', 'abababababab'],
    ['built on the username', 'my name is Li.Hua'],
    ['typed with a control character', 'correct\thorse battery'],
    ['half a character', 'correct horse \ud83d'],
  ])('is refused when it is %s', (_why, password) => {
    const check = () => {
      checkChosenPassword(password, 'li.hua');
    };
    expect(check).toThrow(InvalidInput);
    expect(check).not.toThrow(password);
  });

  it('may happen to hold a very short username', () => {
    expect(() => {
      checkChosenPassword('correct horse battery', 'or');
    }).not.toThrow();
  });
});
