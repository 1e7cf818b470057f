// Reads CloudFormation templates: resources by type, and the text that an intrinsic function stands for.
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';

export interface Resource {
  id: string;
  type: string;
  properties: JsonObject;
  whole: JsonObject;
}
export interface CloudFormationTemplate {
  resources: readonly Resource[];
  ofType(type: string): Resource[];
  text: string;
}

export function readTemplate(template: unknown): CloudFormationTemplate {
  const found = isJsonObject(template) ? template['Resources'] : undefined;
  const resources = Object.entries(isJsonObject(found) ? found : {}).map(([id, whole]): Resource => {
    const resource = isJsonObject(whole) ? whole : {};
    const properties = resource['Properties'];
    return { id, type: String(resource['Type']), properties: isJsonObject(properties) ? properties : {}, whole: resource };
  });
  return { resources, ofType: (type) => resources.filter((resource) => resource.type === type), text: JSON.stringify(template) };
}

export const objects = (value: unknown): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : isJsonObject(value) ? [value] : [];
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** The statements of a policy document, each with its lists as lists. */
export interface Statement {
  effect: string;
  actions: string[];
  /** As text: what an intrinsic function refers to, in braces. */
  resources: string[];
  principals: string;
  conditions: JsonObject;
}
export function statementsOf(document: unknown): Statement[] {
  return objects(isJsonObject(document) ? document['Statement'] : undefined).map((statement) => ({
    effect: String(statement['Effect']),
    actions: list(statement['Action']).map(String),
    resources: list(statement['Resource']).map(textOf),
    principals: JSON.stringify(statement['Principal'] ?? null),
    conditions: isJsonObject(statement['Condition']) ? statement['Condition'] : {},
  }));
}

/** `{Fn::Join: ["", ["arn:", {Ref: "X"}]]}` as `arn:{X}`. */
export function textOf(value: unknown): string {
  if (!isJsonObject(value)) return String(value);
  const [kind, argument] = Object.entries(value)[0] ?? ['', ''];
  if (kind === 'Ref') return `{${String(argument)}}`;
  if (kind === 'Fn::GetAtt') return `{${list(argument).join('.')}}`;
  if (kind === 'Fn::ImportValue') return `{${textOf(argument).replace(/^.*?:ExportsOutput(Ref|FnGetAtt)/, '')}}`;
  if (kind === 'Fn::Join')
    return list(list(argument)[1])
      .map(textOf)
      .join(String(list(argument)[0]));
  return JSON.stringify(value);
}
