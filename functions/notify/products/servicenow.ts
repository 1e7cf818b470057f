/** A message → an incident record of ServiceNow, or a work note of the record that the matter has already. */
import type { Message } from '../../core/notify/message.ts';
import type { HttpResponse } from '../../ports/http.ts';
import { ask, bodyOf, failed, isGood, json, type Product, type Sent } from '../product.ts';
import { mailText } from './email.ts';

/** Impact and urgency, 1 high to 3 low: the instance makes the priority of them. */
const WEIGHT: Readonly<Record<Message['severity'], '1' | '2' | '3'>> = {
  informational: '3',
  low: '3',
  medium: '2',
  high: '1',
  critical: '1',
};

/** Journal fields obey HTML between [code] and [/code]. @see ServiceNow, "Add HTML to a journal field" */
export const journal = (text: string): string => text.replaceAll(/\[(\/?)code\]/gi, '[ $1code ]');

/** @see ServiceNow, Table API */
export const servicenow: Product<'servicenow'> = {
  folds: false,
  async send({ message, thread, isRetry }, { instance, secret }, { http, secrets, clock }) {
    const headers = authorization(await secrets.get(secret));
    const table = `https://${instance}/api/now/table/incident`;
    const correlationId = `yagura:${message.subject}`.slice(0, 100);
    const known = thread ?? (isRetry ? await recordOf() : undefined);
    const words = journal(mailText(message));
    if (known !== undefined) {
      const url = `${table}/${encodeURIComponent(known)}?sysparm_fields=sys_id`;
      return told(await ask(http, json('PATCH', url, { work_notes: words }, headers)));
    }
    const weight = WEIGHT[message.severity];
    return told(
      await ask(
        http,
        json(
          'POST',
          `${table}?sysparm_fields=sys_id,number`,
          {
            short_description: message.headline.replaceAll(/\s+/g, ' ').slice(0, 160),
            description: words,
            ...{ impact: weight, urgency: weight, correlation_id: correlationId, correlation_display: 'Yagura' },
          },
          headers,
        ),
      ),
    );

    /** An attempt whose answer was lost may have made the record. */
    async function recordOf(): Promise<string | undefined> {
      const query = new URLSearchParams({
        sysparm_query: `correlation_id=${correlationId}`,
        sysparm_fields: 'sys_id',
        sysparm_limit: '1',
      });
      const { result } = bodyOf(await ask(http, { method: 'GET', url: `${table}?${query}`, headers }));
      return sysId(Array.isArray(result) ? result[0] : undefined);
    }

    function told(response: HttpResponse): Sent {
      if (!isGood(response)) return failed(response, { what: 'ServiceNow', nowMs: clock.nowMs() });
      const id = sysId(bodyOf(response)['result']) ?? known;
      return id === undefined ? { ok: true } : { ok: true, thread: id };
    }
  },
};

const authorization = (secret: string): Record<string, string> =>
  secret.startsWith('apikey:')
    ? { 'x-sn-apikey': secret.slice('apikey:'.length) }
    : { authorization: `Basic ${Buffer.from(secret).toString('base64')}` };

function sysId(record: unknown): string | undefined {
  const id = typeof record === 'object' && record !== null && 'sys_id' in record ? record.sys_id : undefined;
  return typeof id === 'string' && /^[0-9a-f]{32}$/.test(id) ? id : undefined;
}
