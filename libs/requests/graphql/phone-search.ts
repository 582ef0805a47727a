// Whose requests a telephone number leads to: for the office of a community alone, and in its own community alone. What
// is compared is a keyed hash; nobody erased is found.
import type { Viewer } from '#libs/graphql-kit';
import { InvalidInput, NotPermitted } from '#libs/kernel';
import type { RequestDesk } from '../application/request.desk.ts';
import { phoneForm } from '../domain/phone.ts';
import type { RequestFilter } from '../read-models/request-list.query.ts';
import type { RequestFilterInput } from './request.inputs.ts';
import { visibleFilter } from './request-reader.ts';

/** More requests than anybody makes with one number. */
const MOST = 1_000;

/** The filter of a list, which may name a telephone number. */
export async function listFilter(
  viewer: Viewer,
  asked: RequestFilterInput | null | undefined,
  desk: RequestDesk,
): Promise<RequestFilter> {
  if (asked?.phone == null) return visibleFilter(viewer, asked);
  const { phone, ...others } = asked;
  const offices = viewer.communities(['OFFICE']);
  if (offices.length === 0) throw new NotPermitted('Only the office of a community searches by telephone number.');
  const term = phoneForm(phone);
  if (term === undefined) {
    throw new InvalidInput('A telephone number has five digits at least.', { field: 'filter.phone' });
  }
  const filter = visibleFilter(viewer, others);
  const communityIds = filter.communityIds.filter((id) => offices.includes(id));
  const found = await Promise.all(communityIds.map((id) => desk.reportersWith(id, term, MOST + 1)));
  const personIds = found.flat();
  if (personIds.length > MOST) {
    throw new InvalidInput('Too many requests have this telephone number.', { field: 'filter.phone', limit: MOST });
  }
  return { ...filter, communityIds, personIds };
}
