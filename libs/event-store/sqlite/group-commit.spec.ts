// One commit for what arrives together, and no answer before it.
import { describe, expect, it } from '@jest/globals';
import { GroupCommit } from './group-commit.ts';

describe('group commit', () => {
  it('commits what was submitted in one turn together, in order, and answers afterwards', async () => {
    const log: string[] = [];
    const commits = new GroupCommit<number, number>((items) => {
      log.push(`commit ${items.join()}`);
      return items.map((item) => ({ value: item * 10 }));
    });
    const results = await Promise.all([1, 2, 3].map((item) => commits.submit(item).finally(() => log.push('answer'))));
    expect(results).toEqual([10, 20, 30]);
    expect(log).toEqual(['commit 1,2,3', 'answer', 'answer', 'answer']);
  });

  it('splits what is too much for one commit', async () => {
    const sizes: number[] = [];
    const commits = new GroupCommit<number, number>(
      (items) => {
        sizes.push(items.length);
        return items.map((value) => ({ value }));
      },
      { most: 4 },
    );
    expect(await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9].map((item) => commits.submit(item)))).toHaveLength(9);
    expect(sizes).toEqual([4, 4, 1]);
  });

  it('refuses single items without failing the batch', async () => {
    const odd = new Error('odd');
    const commits = new GroupCommit<number, number>((items) =>
      items.map((value) => (value % 2 === 0 ? { value } : { error: odd })),
    );
    const outcomes = await Promise.allSettled([1, 2, 3].map((item) => commits.submit(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  });

  it('gives everyone in a failed batch its error, and goes on with the next', async () => {
    let failing = true;
    const commits = new GroupCommit<number, number>((items) => {
      if (failing) throw new Error('disk full');
      return items.map((value) => ({ value }));
    });
    const outcomes = await Promise.allSettled([commits.submit(1), commits.submit(2)]);
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && String(outcome.reason))).toEqual([
      'Error: disk full',
      'Error: disk full',
    ]);
    failing = false;
    await expect(commits.submit(3)).resolves.toBe(3);
  });

  it('drops an item whose caller left before its batch began', async () => {
    const committed: number[] = [];
    const commits = new GroupCommit<number, number>((items) => {
      committed.push(...items);
      return items.map((value) => ({ value }));
    });
    const caller = new AbortController();
    const left = commits.submit(1, caller.signal);
    const stayed = commits.submit(2);
    caller.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    await stayed;
    expect(committed).toEqual([2]);
  });

  it('flushes everything before it returns', async () => {
    const committed: number[] = [];
    const commits = new GroupCommit<number, number>(
      (items) => {
        committed.push(...items);
        return items.map((value) => ({ value }));
      },
      { most: 2 },
    );
    const answers = Promise.all([1, 2, 3].map((item) => commits.submit(item)));
    commits.flush();
    expect(committed).toEqual([1, 2, 3]);
    await answers;
  });
});
