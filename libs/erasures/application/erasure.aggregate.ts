import type { Aggregate } from '#libs/commands';
import { erasureCodec } from '../codec/erasure.codec.ts';
import type { ErasureCommand } from '../domain/erasure.commands.ts';
import { erasureDecider } from '../domain/erasure.decider.ts';
import type { ErasureEvent } from '../domain/erasure.events.ts';
import type { ErasureState } from '../domain/erasure.state.ts';

/** Streams are `erasure-<person id>`. */
export const erasureAggregate: Aggregate<ErasureState, ErasureCommand, ErasureEvent> = {
  category: 'erasure',
  decider: erasureDecider,
  codec: erasureCodec,
};
