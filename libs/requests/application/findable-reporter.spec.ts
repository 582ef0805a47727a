// A reporter is found by the number the log has, however it was typed, and by none once they are erased.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Conflict } from '#libs/kernel';
import { RequestOffice } from '../testing/request-office.ts';

let office: RequestOffice;
beforeAll(async () => {
  office = await RequestOffice.open();
});
afterAll(() => office.close());

const correct = (phone: string | null) =>
  ({ type: 'CorrectRequest', reporter: { name: '王阿姨', phone, address: null } }) as const;
const found = (phone: string) => office.house.vault.findPersons(office.house.communityId, phone, 10);

async function raised(phone: string | null): Promise<{ requestId: string; personId: string }> {
  const requestId = await office.raise({ reporter: { name: '王阿姨', phone, address: null } });
  const { state } = await office.desk.load(requestId);
  return { requestId, personId: state.status === 'NONE' ? '' : state.personId };
}

describe('a reporter', () => {
  it('is found by the number of the report, with everyone else who has it', async () => {
    const [one, other, none] = [await raised('+86 131 0000 0001'), await raised('13100000001'), await raised(null)];
    expect([...(await found('13100000001'))].sort()).toEqual([one.personId, other.personId].sort());
    expect(await found('13100000001')).not.toContain(none.personId);
  });

  it('is found by the corrected number, and no longer by the one before', async () => {
    const { requestId, personId } = await raised('13100000002');
    await office.order(requestId, { type: 'CorrectRequest', building: '2门' });
    expect(await found('13100000002')).toEqual([personId]);
    await office.order(requestId, correct('13100000003'));
    expect([await found('13100000002'), await found('13100000003')]).toEqual([[], [personId]]);
    await office.order(requestId, correct(null));
    expect(await found('13100000003')).toEqual([]);
  });

  it('stays found by the number in the log when a correction is refused', async () => {
    const { requestId, personId } = await raised('13100000004');
    const stale = office.order(requestId, correct('13100000005'), office.context({ expectedRevision: 7 }));
    await expect(stale).rejects.toThrow(Conflict);
    // Refused only as it is stored: another correction is faster.
    const context = office.context({ expectedRevision: 0 });
    const both = [correct('13100000006'), correct('13100000007')].map((order, index) =>
      office.order(requestId, order, index === 0 ? context : office.context({ expectedRevision: 0 })),
    );
    const [first] = await Promise.allSettled(both);
    const [recorded, refused] =
      first?.status === 'fulfilled' ? ['13100000006', '13100000007'] : ['13100000007', '13100000006'];
    expect([await found(recorded), await found(refused), await found('13100000005')]).toEqual([[personId], [], []]);
  });

  it('is not found once they are erased', async () => {
    const { personId } = await raised('13100000008');
    await office.house.vault.erase(personId, office.context().recordedAt);
    expect(await found('13100000008')).toEqual([]);
  });
});
