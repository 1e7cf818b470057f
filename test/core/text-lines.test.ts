import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import { pairsOf, splitDelimited } from '../../functions/core/mapping/split.ts';
import { cefRecord } from '../../functions/core/text-cef.ts';
import { leefRecord } from '../../functions/core/text-leef.ts';
import { named, spacedFields } from '../../functions/core/text-lines.ts';
import { sourceById } from '../../functions/sources/index.ts';

const word = fc.stringMatching(/^[a-z0-9._-]{1,8}$/);
const textOf = (record: JsonObject | undefined): string => JSON.stringify(record);

function lineOf(sourceId: string, line: string): JsonObject {
  const read = sourceById(sourceId)?.lines?.open({ key: 'k' }).read(line);
  if (read === undefined || read === 'header') throw new Error(`${sourceId} reads no record in ${line}`);
  return read.record;
}

describe('nothing of a line is lost', () => {
  it('in very many columns', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 1500 }), (words) => {
        expect(spacedFields(words.join(' ')).join(' ')).toBe(words.join(' '));
        const { values, isExact } = splitDelimited(words.join(','), ',');
        expect(isExact).toBe(true);
        expect(values.join(',')).toBe(words.join(','));
      }),
      { numRuns: 30 },
    );
  });

  it('in columns of one name, of no name and of an odd one', () => {
    expect(named(['a', 'a', '', '__proto__', 'a_2'], ['1', '2', '3', '4', '5', '6'])).toEqual(
      JSON.parse('{"a":"1","a_2":"2","field_3":"3","__proto__":"4","a_2_2":"5","field_6":"6"}'),
    );
  });

  it('in pairs: repeated keys, words that are no pair, very many of them, delimiters in quotes', () => {
    expect(pairsOf('a=1 a=2 lone b="x \\"y\\"" C=D:\\\\e')).toEqual({ a: '1', a_2: '2', text: 'lone', b: 'x "y"', C: 'D:\\\\e' });
    expect(pairsOf('a=1,msg="x, y=z",b=\'p,q\',lone,c=', ',')).toEqual({ a: '1', msg: 'x, y=z', b: 'p,q', c: '', text: 'lone' });
    expect(pairsOf('a="open, b=2', ',')).toEqual({ a: '"open', b: '2' });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 1500 }), (values) => {
        const record = textOf(pairsOf(values.map((value, n) => `k${n % 7}=${value}`).join(' ')));
        for (const value of values) expect(record).toContain(value);
      }),
      { numRuns: 20 },
    );
  });

  it('in CEF and LEEF: repeated keys, keys of the header, text that is no pair', () => {
    const cef = cefRecord('CEF:0|V|P|1|id|name|5|stray words src=192.0.2.1 src=192.0.2.2 name=other syslog=x');
    expect(cef).toMatchObject({
      name: 'name',
      name_2: 'other',
      src: '192.0.2.1',
      src_2: '192.0.2.2',
      text: 'stray words',
      syslog: 'x',
    });
    expect(leefRecord('LEEF:1.0|V|P|1|id|src=192.0.2.1\tsrc=192.0.2.2\tvendor=x\tstray')).toMatchObject({
      ...{ vendor: 'V', vendor_2: 'x', src: '192.0.2.1', src_2: '192.0.2.2', text: 'stray' },
    });
  });

  it('in FortiGate lines of both formats', () => {
    const pairs = [
      'date=2025-03-04',
      'time=09:10:07',
      'devid="FGT60E0000000001"',
      'logid="0100032002"',
      'type="event"',
      'subtype="system"',
    ];
    const more = ['msg="a, b; c=d"', 'user="x"', 'user="y"', 'eventtime=1741079407000000000'];
    const wanted = { devid: 'FGT60E0000000001', msg: 'a, b; c=d', user: 'x', user_2: 'y' };
    expect(lineOf('fortigate', [...pairs, ...more].join(' '))).toMatchObject(wanted);
    expect(lineOf('fortigate', `<189>${[...pairs, ...more].join(',')}`)).toMatchObject(wanted);
  });

  it('in PAN-OS and pgAudit lines whose quotes are broken', () => {
    const panos = lineOf('palo-alto', '1,2025/03/04 09:10:07,0001,SYSTEM,auth,0,2025/03/04 09:10:07,vsys1,"id"tail,obj');
    expect(textOf(panos)).toContain('tail');
    const audit = lineOf(
      'aws-rds-audit',
      '2025-03-04 09:10:07 UTC:192.0.2.1(5):u@d:[7]:LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,"select 1"tail,none',
    );
    expect(textOf(audit)).toContain('tail');
  });

  it('in lines of the Linux audit log: words between pairs, keys that come thrice, very many arguments', () => {
    const avc = lineOf(
      'linux-auditd',
      "type=USER_AVC msg=audit(1741080003.000:902): pid=1 uid=0 msg='avc:  denied  { start } for auid=7 scontext=a:b tclass=service'",
    );
    expect(avc).toMatchObject({ seresult: 'denied', seperms: 'start', pid: '1', auid: '7', scontext: 'a:b' });
    const words = lineOf('linux-auditd', 'type=CONFIG_CHANGE msg=audit(1741080003.000:903): lost words op=a op=b op=c res=1');
    expect(words).toMatchObject({ text: 'lost words', op: 'a', op_2: 'b', op_3: 'c' });
    const args = Array.from({ length: 1500 }, (_, n) => `a${n}="v${n}"`);
    expect(lineOf('linux-auditd', `type=EXECVE msg=audit(1741080003.000:904): argc=1500 ${args.join(' ')}`)).toMatchObject({
      a0: 'v0',
      a1499: 'v1499',
    });
  });
});
