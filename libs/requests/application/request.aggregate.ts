import type { Aggregate } from '#libs/commands';
import type { RequestCommand } from '../domain/request.commands.ts';
import { requestDecider } from '../domain/request.decider.ts';
import type { RequestEvent } from '../domain/request.events.ts';
import type { RequestState } from '../domain/request.state.ts';
import { requestCodec } from '../codec/request.codec.ts';

export const requestAggregate: Aggregate<RequestState, RequestCommand, RequestEvent> = {
  category: 'request',
  decider: requestDecider,
  codec: requestCodec,
};
