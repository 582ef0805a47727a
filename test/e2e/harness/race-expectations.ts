// What must hold of a race for tasks, however many there are.
import { expect, it } from '@jest/globals';
import { describeRace, raceForTasks } from './race.ts';

/** Below this share of tasks whose accepts met, it was no race. */
const ENOUGH = 0.2;
/** On a machine that is busy with other things too. */
const MS_PER_TASK = 1_000;
const MS_TO_BEGIN = 120_000;

/** Registers the test. */
export function raceOf(tasks: number, where: Parameters<typeof raceForTasks>[1]): void {
  it(
    `gives each of ${String(tasks)} tasks one winner, and the others nothing but TASK_ALREADY_ACCEPTED`,
    async () => {
      const report = await raceForTasks(tasks, where);
      process.stdout.write(describeRace(report));
      expect(report.winnersPerTask).toEqual(Array.from({ length: tasks }, () => 1));
      expect(report).toMatchObject({
        losersCodes: ['TASK_ALREADY_ACCEPTED'],
        losersShownContact: 0,
        winnersShownContact: tasks,
        acceptedOnceByTheWinner: tasks,
        openTasks: tasks,
      });
      expect(report.collided / tasks).toBeGreaterThanOrEqual(ENOUGH);
    },
    MS_TO_BEGIN + tasks * MS_PER_TASK,
  );
}
