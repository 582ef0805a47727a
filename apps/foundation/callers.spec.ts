import { expect, it } from '@jest/globals';
import { Quota } from './callers.ts';

it('gives a network of IPv6 the places of one caller, and them back', () => {
  const quota = new Quota({ all: 10, each: 2 });
  const first = quota.take('2001:db8:1:2::1');
  expect(quota.take('2001:db8:1:2:ffff::2')).toBeDefined();
  expect(quota.take('2001:0db8:1:2::3')).toBeUndefined();
  expect(quota.take('2001:db8:1:3::3')).toBeDefined();
  first?.();
  expect(quota.take('2001:db8:1:2::4')).toBeDefined();
  expect(quota.take('2001:db8:1:2::5')).toBeUndefined();
});
