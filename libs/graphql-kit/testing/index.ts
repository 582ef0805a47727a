export { Collector, SOMEBODY } from './collector.ts';
export { closeHubs, openHub, upTo } from './open-hub.ts';
export type { Told } from './open-hub.ts';
