// One winner, seen from outside, over many tasks, whether one process serves or two do. RACE_TASKS says how many.
import { describe } from '@jest/globals';
import { raceOf } from '../e2e/harness/race-expectations.ts';
import { describeScaledOut } from '../support/deployment/index.ts';

const TASKS = Number(process.env['RACE_TASKS'] ?? 200);

describe('a race in a house of one process', () => raceOf(TASKS, 'inOneProcess'));

describeScaledOut('a race through two API processes', () => raceOf(TASKS, 'scaledOut'));
