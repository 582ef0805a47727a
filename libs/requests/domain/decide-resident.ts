// What the resident says of their own request: asks again, rates the result, agrees that partners learn their contact data
// or no longer does. None of it changes where the request stands.
import { accept, assertNever } from '#libs/kernel';
import type { Decision } from '#libs/kernel';
import type { ResidentCommand } from './request.commands.ts';
import type { RequestEvent } from './request.events.ts';
import type { RequestRejection } from './request.rejections.ts';
import { isClosed, wrongState } from './request.rejections.ts';
import type { KnownRequest } from './request.state.ts';
import { standingTaskId } from './request.state.ts';

export function decideResident(
  command: ResidentCommand,
  state: KnownRequest,
): Decision<RequestEvent, RequestRejection> {
  const about = { at: command.at, personId: state.personId };
  const standing = { taskId: standingTaskId(state) };
  switch (command.type) {
    case 'RecordChaseUp':
      return isClosed(state)
        ? wrongState(state)
        : accept({ type: 'ChaseUpRecorded', data: { ...about, ...standing, note: command.note } });
    case 'RateResult': {
      if (state.status !== 'RESOLVED') return wrongState(state);
      const { satisfaction, solved, comment } = command;
      return accept({ type: 'ResultRated', data: { ...about, satisfaction, solved, comment } });
    }
    case 'RecordPartnerConsent':
      if (command.given === state.partnerConsent) return accept();
      return accept({
        type: command.given ? 'PartnerConsentGiven' : 'PartnerConsentWithdrawn',
        data: { ...about, ...standing },
      });
    default:
      return assertNever(command);
  }
}
