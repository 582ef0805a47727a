// One winner, also through two API processes that know nothing of each other: half of the racers call each. The fault
// programme runs it with more tasks.
import { raceOf } from '../e2e/harness/race-expectations.ts';
import { describeScaledOut } from '../support/deployment/index.ts';

describeScaledOut('a race through two API processes', () => raceOf(20, 'scaledOut'));
