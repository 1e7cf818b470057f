// Every playbook's machine passes our own lint.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintMachine } from '../../local/asl/lint.ts';
import { readMachine, SHARED_MACHINE } from './play.ts';
import { playbookIds } from './scenario.ts';

describe('the lint of state machines', () => {
  it.each(playbookIds())('has no objection to %s', (id) => {
    expect(lintMachine(readMachine(id), { file: `playbooks/${id}/machine.asl.json` })).toEqual([]);
  });

  it('has no objection to the machine that they share', () => {
    expect(lintMachine(readFileSync(SHARED_MACHINE, 'utf8'), { file: 'functions/respond/machine.asl.json' })).toEqual([]);
  });
});
