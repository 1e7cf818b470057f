// Every playbook's machine passes our own lint.
import { describe, expect, it } from 'vitest';
import { lintMachine } from '../../local/asl/lint.ts';
import { readMachine } from './play.ts';
import { playbookIds } from './scenario.ts';

describe('the lint of state machines', () => {
  it.each(playbookIds())('has no objection to %s', (id) => {
    expect(lintMachine(readMachine(id), { file: `playbooks/${id}/machine.asl.json` })).toEqual([]);
  });
});
