import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../functions/core/config.ts';
import { YaguraError } from '../../functions/core/error.ts';
import userConfig from '../../soc.config.ts';

const KNOWN = { sources: ['aws-cloudtrail', 'aws-guardduty'], stages: ['ingest', 'correlate'] };
const okta = (more: object): object => ({ product: 'okta', tenant: 'acme.okta.com', secrets: { read: 'yagura/okta' }, ...more });
function problemsOf(input: unknown): string {
  try {
    parseConfig(input, KNOWN);
  } catch (error) {
    if (error instanceof YaguraError && error.code === 'BadConfig') return error.message;
    throw error;
  }
  return '';
}

describe('the configuration', () => {
  it('needs nothing: every option has a default', () => {
    expect(parseConfig({}, KNOWN)).toMatchObject({
      ...{ name: 'yagura', sources: 'all', landing: { bucket: 'create' }, locale: 'en', logRetentionDays: 90, onDestroy: 'keep' },
      objectLock: { mode: 'governance', rawDays: 90, evidenceDays: 365 },
      retentionDays: { landing: 30, raw: 400, lake: 400 },
    });
  });

  it('starts from a preset, and the file goes before it', () => {
    const config = parseConfig({ preset: 'try-out', retentionDays: { raw: 20 }, objectLock: { mode: 'off' } }, KNOWN);
    expect(config).toMatchObject({ retentionDays: { raw: 20, lake: 14, quarantine: 14 }, onDestroy: 'delete', locale: 'en' });
    expect(parseConfig({ preset: 'organization' }, KNOWN)).toMatchObject({ objectLock: { mode: 'governance', rawDays: 365 } });
  });

  it('of the repository is a good one', () => {
    expect(() => parseConfig(userConfig, KNOWN)).not.toThrow();
  });

  it.each([
    [{ organisationId: 'o-exampleorg1' }, 'organisationId', 'did you mean "organizationId"'],
    [{ objectLock: { rawDay: 3 } }, 'rawDay', 'did you mean "rawDays"'],
    [{ landing: { bucket: 'adopt', name: 'existing-logs', kmsKey: 'x' } }, 'kmsKey', 'kmsKeyArn'],
    [{ sources: ['aws-cloudtrial'] }, 'aws-cloudtrial', 'did you mean "aws-cloudtrail"'],
    [{ memoryMiB: { ingst: 1024 } }, 'ingst', 'did you mean "ingest"'],
    [{ retentionDays: { raw: 30 } }, 'locked for 90', 'at most retentionDays.raw (30)'],
    [{ retentionDays: { tables: { network_activty: 30 } } }, 'unknown id "network_activty"', 'network_activity'],
    [{ retentionDays: { tables: { api_activity: 500 } } }, '500 days', 'at most retentionDays.lake (400)'],
    [{ retentionDays: { raw: '30' } }, 'retentionDays.raw: "30"', 'number'],
    [{ logRetentionDays: 91 }, 'logRetentionDays: 91', '90'],
    [{ account: '12' }, 'account: "12"', '12 digits'],
    [{ region: 'Tokyo' }, 'region: "Tokyo"', 'ap-northeast-1'],
    [{ notify: { email: 'soc' } }, 'notify.email: "soc"', 'change notify.email in soc.config.ts'],
    [{ landing: { bucket: 'adopt' } }, 'landing.name: nothing', 'string'],
    [{ respond: { tenant: [] } }, 'tenant', 'did you mean "tenants"'],
    [{ respond: { tenants: [okta({ tenant: 'https://acme.okta.com/' })] } }, 'https://acme.okta.com/', 'acme.okta.com'],
    [{ respond: { tenants: [okta({ product: 'octa' })] } }, 'respond.tenants.0.product', 'okta'],
    [{ respond: { tenants: [okta({}), okta({})] } }, 'is there twice', 'name each tenant once'],
    [
      { respond: { tenants: [okta({ secrets: { read: 'yagura/okta', contain: 'yagura/okta' } })] } },
      'secret of another tier',
      'a credential for each tier',
    ],
    [{ respond: { tenants: [okta({ secrets: { contain: 'yagura/okta' } })] } }, 'respond.tenants.0.secrets.read', 'string'],
    [{ preset: 'tryout' }, 'preset: "tryout"', 'try-out'],
    [{ storageClasses: { raw: { glacierInstantAfterDays: 400 } } }, 'deleted after 400 days', 'less than 400'],
    [{ storageClasses: { lake: { infrequentAfterDays: 60, glacierInstantAfterDays: 70 } } }, '70 days', '90 or more'],
    [{ storageClasses: { tables: { dns: {} } } }, 'unknown id "dns"', 'dns_activity'],
    [
      { preset: 'small-company', storageClasses: { tables: { dns_activity: { infrequentAfterDays: 90 } } } },
      'after 90 days',
      'less than 90',
    ],
    [{ residency: { regions: ['ap-northeast-1'] } }, 'region: not said', 'say the region'],
    [{ region: 'us-east-1', residency: { regions: ['ap-northeast-1'] } }, '"us-east-1" is none', 'ap-northeast-1'],
    [
      {
        region: 'ap-northeast-1',
        residency: { regions: ['ap-northeast-1'] },
        adopt: [{ bucket: 'their-logs', announcedBy: { topicArn: 'arn:aws:sns:us-east-1:111122223333:new' } }],
      },
      'adopt.0.announcedBy.topicArn: it is in us-east-1',
      'allow the region',
    ],
    [{ iam: { permissionsBoundary: 'arn:aws:iam::111122223333:policy/x' } }, 'iam.permissionsBoundary', 'not its ARN'],
    [{ vpc: { subnetIds: [] } }, 'vpc.subnetIds', 'at least 1'],
    [{ memoryMiB: { ingest: 128 } }, 'memoryMiB.ingest: 128', 'at least 512'],
  ])('tells of %j where, what and how to mend it', (input, what, how) => {
    const text = problemsOf(input);
    expect(text).toContain(what);
    expect(text).toContain(how);
  });

  it('tells everything at once', () => {
    const text = problemsOf({ nam: 'x', locale: 'fr', athena: { cutoffGiB: -1 } });
    for (const word of ['nam', '"fr"', 'cutoffGiB']) expect(text).toContain(word);
    expect(text).toContain('3 problems');
  });

  it.each([undefined, null, 'text', 7, []])('is an object: %j is none', (input) => {
    expect(problemsOf(input)).not.toBe('');
  });

  it('takes no option from the prototype', () => {
    expect(problemsOf(JSON.parse('{"__proto__":{"locale":"ja"}}'))).toContain('__proto__');
  });
});
