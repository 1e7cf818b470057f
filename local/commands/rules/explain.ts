/** `yagura rules explain`: what a rule looks for in words, where it runs, and what it sees in one event. */
import { readFile } from 'node:fs/promises';
import { techniqueById } from '../../../functions/core/attack/attack.ts';
import { COUNTERMEASURES } from '../../../functions/core/attack/d3fend.ts';
import { YaguraError } from '../../../functions/core/error.ts';
import { isJsonObject, type JsonObject } from '../../../functions/core/json.ts';
import { parseJson } from '../../../functions/core/json-exact.ts';
import { anchorSets, bestSet } from '../../../functions/core/sigma/anchor.ts';
import { type SigmaRule, wholeExpr } from '../../../functions/core/sigma/ast.ts';
import { conditionText, exprLines, fieldsOf, traceRule } from '../../../functions/core/sigma/explain.ts';
import { logsourceText, readsSource } from '../../../functions/core/sigma/readiness.ts';
import { isStaged } from '../../../functions/core/sigma/staged.ts';
import { SOURCES } from '../../../functions/sources/index.ts';
import { findCorrelation, findRule } from '../../rule-set.ts';
import { cut, plain } from '../../table-text.ts';
import { EXIT, out } from '../io.ts';
import { explainCorrelation } from './correlation-explain.ts';
import { sqlLines } from './sql-text.ts';

export async function explainCommand(wanted: string, options: { event?: string }): Promise<number> {
  const plan = await findCorrelation(wanted);
  if (plan !== undefined) {
    if (options.event !== undefined)
      throw new YaguraError('BadInput', 'a correlation is about many events, --event shows one to a rule', {
        problems: [{ at: '--event', what: 'not for correlations', fix: 'explain one of its base rules, or write a case' }],
      });
    for (const line of explainCorrelation(plan)) out(plain(line));
    return EXIT.ok;
  }
  const { rule } = await findRule(wanted);
  // Who shows an event asks about the event: the query would push the answer out of sight.
  const lines = [...explainLines(rule), ...(options.event === undefined ? sqlLines(rule) : [])];
  for (const line of lines) out(plain(line));
  if (options.event !== undefined)
    for (const [index, event] of (await eventsIn(options.event)).entries()) {
      out('');
      for (const line of traceLines(rule, event, index + 1)) out(line);
    }
  return EXIT.ok;
}

/** The rule in words. */
export function explainLines(rule: SigmaRule): string[] {
  const { info } = rule;
  const sources = SOURCES.filter((source) => readsSource(rule, source)).map(({ id }) => id);
  const quick = bestSet(
    anchorSets(wholeExpr(rule), (anchors) => anchors.length),
    (anchors) => anchors.length,
  );
  return [
    `${info.title}  (${info.level}, ${info.status}${isStaged(info) ? ': staged, its findings do not alert' : ''})`,
    `  ${info.path}  ${info.id}  ${info.version}`,
    ...(rule.description === undefined
      ? []
      : [
          '',
          ...rule.description
            .trim()
            .split('\n')
            .map((line) => `  ${line.trim()}`),
        ]),
    '',
    `ATT&CK: ${info.attack.map((id) => `${id} ${techniqueById(id)?.name ?? ''}`.trim()).join(', ') || 'none named'}`,
    ...(info.yagura.d3fend === undefined
      ? []
      : [`Answer: ${info.yagura.d3fend.map((id) => `${id} ${COUNTERMEASURES[id] ?? ''}`.trim()).join(', ')} (D3FEND)`]),
    ...(info.yagura.hunts === undefined ? [] : [`Hunts:  ${info.yagura.hunts.join(', ')} (yagura hunt show NAME)`]),
    `Reads:  ${logsourceText(rule)} → ${sources.join(', ') || 'no connected source: it waits'} (${rule.taxonomy === 'ocsf' ? 'the OCSF event' : 'the raw record'})`,
    `Fields: ${
      fieldsOf(rule)
        .map(({ field, paths }) => (paths.length === 1 && paths[0] === field ? field : `${field} (${paths.join(' or ')})`))
        .join(', ') || 'none: keywords'
    }`,
    `Needs:  ${
      quick === undefined
        ? 'every event'
        : quick
            .slice(0, 6)
            .map(({ field, kind, text }) =>
              kind === 'present' ? `${field} has a value` : `${field} ${kind} ${JSON.stringify(text)}`,
            )
            .join(' or ')
    }${(quick?.length ?? 0) > 6 ? ` or ${(quick?.length ?? 0) - 6} more` : ''}`,
    '',
    `Matches where: ${conditionText(rule.condition)}`,
    ...rule.selections.flatMap(({ name, expr }) => [`  ${name}:`, ...exprLines(expr, '    ')]),
  ];
}

/** What the rule sees in an event: per selection and per test the value and the verdict. */
export function traceLines(rule: SigmaRule, event: JsonObject, number: number): string[] {
  const { verdict, selections } = traceRule(rule, shownTo(rule, event));
  return [
    `Event ${number}: ${verdict}`,
    ...selections.flatMap(({ name, seen, atoms }) => [
      `  ${name} is ${seen}`,
      ...atoms.map(({ text, seen: one, values }) => {
        const value =
          values === undefined ? '' : `   [${cut(plain(values.map((each) => JSON.stringify(each)).join(', ')), 100)}]`;
        return `    ${one.padEnd(7)} ${cut(plain(text), 120)}${value}`;
      }),
    ]),
  ];
}

/** An `ocsf` rule sees the OCSF event: a raw record of a source that we know is mapped first. */
function shownTo(rule: SigmaRule, event: JsonObject): unknown {
  if (rule.taxonomy !== 'ocsf' || typeof event['class_uid'] === 'number') return event;
  return SOURCES.find((source) => source.recognizes(event))?.toOcsf(event, { nowMs: Date.now() }) ?? event;
}

/** One event, a list of them, `{Records: [...]}`, or JSON lines. @throws YaguraError BadInput */
async function eventsIn(path: string): Promise<JsonObject[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new YaguraError('BadInput', `${path} cannot be read`, { cause: error });
  });
  const parse = (json: string): unknown => {
    try {
      return parseJson(json);
    } catch {
      return undefined;
    }
  };
  const whole = parse(text);
  const records = isJsonObject(whole) ? (whole['Records'] ?? whole) : whole;
  const list = Array.isArray(records) ? records : records === undefined ? text.split('\n').map(parse) : [records];
  const events = list.filter(isJsonObject);
  if (events.length > 0) return events;
  throw new YaguraError('BadInput', `${path} holds no event`, {
    problems: [{ at: path, what: 'no JSON object', allowed: 'one event, a list, {"Records": […]} or JSON lines' }],
  });
}
