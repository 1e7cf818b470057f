import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { option, text } from '../../functions/core/config-option.ts';
import { type ConfigOption, configOptions } from '../../functions/core/config-options.ts';
import { configSchema } from '../../functions/core/config-schema.ts';

const all = configOptions(configSchema);
const named = (path: string): ConfigOption => {
  const found = all.find((one) => one.path === path);
  if (found === undefined) throw new Error(`no option ${path}`);
  return found;
};

describe('every option of the configuration', () => {
  it('says what it means, in both languages', () => {
    const silent = all.filter(({ doc, isSection }) => !isSection && (doc === undefined || doc.en === '' || doc.ja === ''));
    expect(silent.map(({ path }) => path)).toEqual([]);
    expect(
      all.filter(({ doc }) => doc !== undefined && !/[\u3040-\u30ff\u4e00-\u9fff]/.test(doc.ja)).map(({ path }) => path),
    ).toEqual([]);
  });

  it('says its unit where it is a number, and why its default is what it is where it has one', () => {
    const numbers = all.filter(({ type, isSection }) => !isSection && /(^|: )a (whole )?number/.test(type));
    expect(numbers.length).toBeGreaterThan(15);
    expect(numbers.filter(({ doc }) => doc?.unit === undefined).map(({ path }) => path)).toEqual([]);
    const isEmpty = (value: unknown): boolean => value === undefined || ['[]', '{}'].includes(JSON.stringify(value));
    const unreasoned = all.filter((one) => !one.isSection && !isEmpty(one.default) && one.doc?.why === undefined);
    expect(unreasoned.map(({ path }) => path)).toEqual([]);
  });

  it('tells what is allowed in the words of its own check', () => {
    expect(named('retentionDays.raw')).toMatchObject({ type: 'a whole number from 1 to 36500', default: 400, isRequired: false });
    expect(named('account').type).toBe('12 digits');
    expect(named('locale').type).toBe('`en`, `ja`');
    expect(named('landing.name')).toMatchObject({ isRequired: true, shapes: ['adopt'] });
    expect(named('notify.channels[].to').shapes).toEqual(['email']);
    expect(named('notify.channels[].locale').shapes.length).toBeGreaterThan(5);
    expect(named('cases.sla.P4.escalate')).toMatchObject({ default: null });
    expect(named('notify.silentAfterHours.sources').type).toMatch(/^a map of ids: a number/);
  });

  it('is listed once', () => {
    const paths = all.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });
});

describe('a schema that options share', () => {
  it('is documented for each of them', () => {
    const shared = z.string();
    const schema = z.strictObject({ a: option(shared, text('first', '一')), b: option(shared.optional(), text('second', '二')) });
    expect(configOptions(schema).map(({ path, doc, isRequired }) => [path, doc?.en, isRequired])).toEqual([
      ['a', 'first', true],
      ['b', 'second', false],
    ]);
  });
});
