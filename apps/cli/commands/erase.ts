// `erase`: asks for the erasure of a person from the command line, or carries out one that is due. The office approves: an
// operator alone erases nobody.
import type { Subject } from '#libs/erasures';
import { SUBJECT_KINDS } from '#libs/erasures';
import type { Settings } from '#libs/platform';
import { InvalidInput } from '#libs/kernel';
import { counted, say } from '../terminal/speech.ts';
import type { Workplace } from './workplace.ts';
import { catchUp, operatorContext, withWorkplace } from './workplace.ts';

export async function runErase(
  settings: Settings,
  kind: string,
  id: string,
  { dryRun }: { dryRun?: boolean },
): Promise<number> {
  const known = SUBJECT_KINDS.find((of) => of === kind.toUpperCase());
  if (!known) throw new InvalidInput(`There is no such kind; there are ${SUBJECT_KINDS.join(', ').toLowerCase()}.`);
  const subject: Subject = { kind: known, id };
  return withWorkplace(settings, async (place) => {
    await catchUp(place);
    return dryRun ? look(place, subject) : await ask(place, subject);
  });
}

async function look(place: Workplace, subject: Subject): Promise<number> {
  const { erasing } = place.services;
  const { personId, hold, tasks } = await erasing.erasureDesk.look(subject);
  const { state } = await erasing.erasureDesk.load(personId);
  const { events } = await place.foundation.store.readStream(erasing.subjects.streamOf(subject));
  const offers = tasks > 0 ? ` and ${counted(tasks, 'offer')}` : '';
  say(`Would erase person ${personId}: the personal data in ${counted(events.length, 'event')}${offers}, in the log,`);
  say('in every read model, in exports and in backups. Counts and times stay.');
  say(`The erasure is ${state.status === 'NONE' ? 'not requested' : state.status.toLowerCase().replace('_', ' ')}.`);
  if (hold !== null) say(`It is held now: ${hold}.`);
  if (state.status !== 'NONE' && state.legalHold !== null) say(`There is a legal hold: ${state.legalHold}.`);
  say('Nothing was changed.');
  return 0;
}

async function ask(place: Workplace, subject: Subject): Promise<number> {
  const { erasureDesk } = place.services.erasing;
  const { personId } = await erasureDesk.look(subject);
  const { state } = await erasureDesk.load(personId);
  const isAsked = state.status !== 'NONE' && state.status !== 'NOT_REQUESTED' && state.status !== 'CANCELLED';
  if (!isAsked) {
    const order = { type: 'RequestErasure', grounds: 'ASKED_FOR' } as const;
    await erasureDesk.about(subject, order, operatorContext(place.foundation, { ...order, ...subject }));
    say(`The erasure of person ${personId} is requested. Somebody of the office approves it.`);
    return 0;
  }
  const order = { type: 'ExecuteErasure' } as const;
  const done = await erasureDesk.order(personId, order, operatorContext(place.foundation, { ...order, personId }));
  if (done.state.status === 'ERASED') {
    say(`Person ${personId} is erased.`);
    return 0;
  }
  const heldBy = done.state.status === 'APPROVED' ? done.state.heldBy : null;
  say(`Person ${personId} is not erased: it is held by ${heldBy ?? 'nothing known'}.`);
  return 1;
}
