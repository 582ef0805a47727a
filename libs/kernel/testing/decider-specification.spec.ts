import { describe, expect, it } from '@jest/globals';
import { accept, reject } from '#libs/kernel';
import type { Decider } from '#libs/kernel';
import { given } from './decider-specification.ts';

interface Counted {
  readonly type: 'Counted';
  readonly data: { readonly by: number };
}
const counted = (by: number): Counted => ({ type: 'Counted', data: { by } });

const counter: Decider<{ total: number }, { by: number }, Counted, 'TOO_MUCH'> = {
  initial: { total: 0 },
  decide: ({ by }, { total }) => {
    if (by === 0) return accept();
    return total + by > 3 ? reject('TOO_MUCH', 'Three is the most.', { most: 3 }) : accept(counted(by));
  },
  evolve: ({ total }, { data }) => ({ total: total + data.by }),
};

describe('given / when / then', () => {
  it('accepts the events that follow and nothing else', () => {
    given(counter, [counted(1)])
      .when({ by: 2 })
      .then(counted(2));
    expect(() => {
      given(counter, []).when({ by: 2 }).then(counted(1));
    }).toThrow();
  });

  it('tells "already so" from a refusal, and one refusal from another', () => {
    given(counter, []).when({ by: 0 }).thenNothing();
    given(counter, [counted(3)])
      .when({ by: 1 })
      .thenRejected('TOO_MUCH', { most: 3 });
    expect(() => {
      given(counter, [counted(3)])
        .when({ by: 1 })
        .thenRejected('TOO_LATE');
    }).toThrow();
  });

  it('shows the state afterwards', () => {
    expect(
      given(counter, [counted(1)])
        .when({ by: 1 })
        .state(),
    ).toEqual({ total: 2 });
  });

  it('catches a decider that changes its state in place', () => {
    const careless: typeof counter = {
      ...counter,
      evolve: (state, { data }) => {
        state.total += data.by;
        return state;
      },
    };
    expect(() => given(careless, [counted(1)])).toThrow(TypeError);
  });
});
