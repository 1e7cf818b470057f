/** What a raw record says by the look of its keys and values, told without any mapper, and whether its event says the same in typed attributes. */
import { isIP } from 'node:net';
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import { leavesOf } from './samples.ts';

export const KINDS = ['time', 'ip', 'user', 'action', 'outcome', 'url', 'hash', 'agent'] as const;
export type FactKind = (typeof KINDS)[number];

export interface Fact {
  kind: FactKind;
  path: string;
  text: string;
  isRight: boolean;
}

const TIME_KEY = /(time|date|timestamp|published|created(_?at)?|occurred(_?at)?|date_create|ts)$/i;
const IP_KEY = /(ip|addr|address|host|client|source|remote|caller)/i;
const USER_KEY =
  /(^|[._])(user_?name|username|user_?principal_?name|principalemail|actor_?email|user_?email|email|alternateid|login|loginname|userkey)$/i;
const ACTION_KEY =
  /^\.(eventname|event_?type(_?name)?|action|operation|operationname|event|methodname|activitydisplayname|activity_?type|event_simplename|action_?name|protopayload\.methodname)$/i;
const OUTCOME_KEY =
  /(^|[._])(outcome|result|status|success|issuccess|resulttype|outcome\.result|event_outcome|resultstatus|is_?success)$/i;
/** Of files; Okta's `dtHash` is one of a device's token. */
const HASH_KEY = /(md5|sha1|sha256|(?<!^dt)hash)/i;
/** What was asked for; links to a product's own pages are no fact of the event. */
const URL_KEY = /^(url|uri|request_?ur[il]|http_?url|target_?url|clientrequestpath|request_?path)$/i;
const EMAIL = /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i;
/** A name, or an e-mail address that can be one. */
const isName = (value: Json): boolean => typeof value === 'string' && value !== '' && (!value.includes('@') || EMAIL.test(value));
const AGENT_KEY = /user_?agent$/i;
const GOOD = /^(success|succeeded|successful|allow(ed)?|ok|true|accept(ed)?|pass(ed)?)$/i;
const BAD = /^(fail(ure|ed)?|den(y|ied)|error|block(ed)?|reject(ed)?|unauthori[sz]ed|false)$/i;

/** The texts of an event that stand in attributes, not in what was left over. */
function typedTexts(event: OcsfEvent): Set<string> {
  const { unmapped, ...typed } = event as unknown as JsonObject;
  void unmapped;
  const texts = new Set<string>();
  for (const { value } of leavesOf(typed)) texts.add(String(value).toLowerCase());
  return texts;
}

const wordOf = (value: Json): string => (typeof value === 'string' ? value : String(value));

/** Every fact of a record. @param timeOf reads a time as a person would: with `Date`, or as a number of seconds to nanoseconds */
export function factsOf(record: JsonObject, event: OcsfEvent): Fact[] {
  const typed = typedTexts(event);
  const facts: Fact[] = [];
  const times: number[] = [];
  const has = (text: string): boolean => typed.has(text.toLowerCase());
  for (const { path, value } of leavesOf(record)) {
    // What a pipeline before ours added is none of the product's words.
    if (value === null || typeof value === 'object' || path.startsWith('.p_')) continue;
    const key = path.slice(path.lastIndexOf('.') + 1).replace(/\[\d+\]$/, '');
    const text = wordOf(value);
    const depth = path.split('.').length - 1;
    if (TIME_KEY.test(key) && depth <= 3) times.push(...timesOf(value));
    const add = (kind: FactKind, isRight: boolean): void => void facts.push({ kind, path, text: text.slice(0, 60), isRight });
    if (typeof value === 'string' && isIP(value) !== 0 && IP_KEY.test(path) && depth <= 4) add('ip', has(value));
    if (USER_KEY.test(key) && depth <= 3 && isName(value)) add('user', has(String(value)));
    if (ACTION_KEY.test(path.replace(/\[\d+\]/g, '')) && typeof value === 'string' && value !== '') add('action', has(value));
    if (URL_KEY.test(key) && /^(https?:\/)?\/\S*$/.test(text) && depth <= 3) add('url', has(text));
    // Only zeros is how products write that they computed none.
    if (HASH_KEY.test(key) && /^(?!0+$)([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)) add('hash', has(text));
    if (AGENT_KEY.test(key) && text !== '' && depth <= 3) add('agent', has(text));
    if (OUTCOME_KEY.test(path) && depth <= 2 && (GOOD.test(text) || BAD.test(text)))
      add('outcome', agrees(event, GOOD.test(text)));
  }
  if (times.length > 0)
    facts.push({
      kind: 'time',
      path: '',
      text: new Date(event.time).toISOString(),
      isRight: times.some((ms) => Math.abs(ms - event.time) < 1000),
    });
  return facts;
}

function timesOf(value: Json): number[] {
  if (typeof value === 'number') return [value, value * 1000, value / 1000, value / 1e6].filter((ms) => ms > 9e11 && ms < 4e12);
  if (typeof value !== 'string') return [];
  if (/^\d{10,19}(\.\d+)?$/.test(value)) return timesOf(Number(value));
  const iso = /^\d{4}-\d{2}-\d{2}[ T]/.test(value);
  const ms = Date.parse(
    iso && !/(Z|[+-]\d{2}:?\d{2})$/.test(value) ? `${value.replace(' ', 'T').replace(/(\.\d{3})\d+$/, '$1')}Z` : value,
  );
  return Number.isNaN(ms) ? [] : [ms];
}

/** A success is never told as a failure, nor the other way round; an event that tells neither is wrong too. */
function agrees(event: OcsfEvent, isGood: boolean): boolean {
  const said = [event['status_id'], event['action_id'], event['disposition_id']].filter((id) => typeof id === 'number');
  if (isJsonObject(event['compliance'] as Json) || said.length === 0) return event['compliance'] !== undefined;
  return isGood
    ? event['status_id'] === 1 || event['action_id'] === 1 || event['disposition_id'] === 1
    : event['status_id'] !== 1 || event['action_id'] === 2;
}
