// One winner, seen from outside, over many tasks. RACE_TASKS says how many.
import { raceOf } from '../e2e/harness/race-expectations.ts';

raceOf(Number(process.env['RACE_TASKS'] ?? 200));
