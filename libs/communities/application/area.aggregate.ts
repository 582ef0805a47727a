import type { Aggregate } from '#libs/commands';
import type { AreaCommand } from '../domain/area.commands.ts';
import type { AreaState } from '../domain/area.decider.ts';
import { areaDecider } from '../domain/area.decider.ts';
import type { AreaEvent } from '../domain/area.events.ts';
import { areaCodec } from '../codec/area.codec.ts';

/** Streams are `area-<uuid>`. */
export const areaAggregate: Aggregate<AreaState, AreaCommand, AreaEvent> = {
  category: 'area',
  decider: areaDecider,
  codec: areaCodec,
};
