// The version check answers one sentence for an old Node and nothing for the one the project runs on.
import { describe, expect, it } from '@jest/globals';
import { nodeVersionProblem } from './require-node.ts';

describe('the check of the Node version', () => {
  it.each(['26.0.0', '26.10.0', '27.1.0', '100.0.0'])('accepts %s', (version) => {
    expect(nodeVersionProblem(version)).toBeUndefined();
  });

  it.each(['20.20.2', '22.5.0', '25.9.9', '9.0.0'])('names what is needed and what it found for %s', (version) => {
    const problem = nodeVersionProblem(version);
    expect(problem).toContain('needs Node.js 26');
    expect(problem).toContain(version);
    expect(problem).not.toContain('\n');
  });
});
