// One winner, seen from outside: of eight processes that accept each task exactly one succeeds, and only that one is
// shown a telephone number. The fault programme runs it with more tasks.
import { raceOf } from './harness/race-expectations.ts';

raceOf(40, 'inOneProcess');
