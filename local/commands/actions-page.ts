/** Turns the catalogue of response actions into its page: what each does, what stays open, what it needs, and what D3FEND it covers. */

import { TENANT_PRODUCTS } from '../../functions/core/tenant/product.ts';
import type { Action } from '../../functions/respond/actions/action.ts';
import { ACTIONS, scopesOf } from '../../functions/respond/actions/index.ts';

const RADIUS = [
  '',
  'one credential or object',
  'one identity or host',
  'one workload, subnet or bucket',
  'an account',
  'an organization or tenant',
];
const TIER = ['automatic', 'automatic where confirmed', 'one person', 'two persons'];
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const REVERSIBLE = { full: 'whole', partial: 'in part', none: 'no' } as const;

function section(action: Action): string[] {
  const { title, does, staysOpen, undoes, permissions, scopes, d3fend, d3fendUndo } = action;
  const iam = Object.entries(permissions).map(
    ([role, granted]) => `${role}: ${granted.actions.map((one) => `\`${one}\``).join(', ')}`,
  );
  const needs = [
    ...iam,
    ...Object.entries(scopes).map(([tier, own]) => `${tier}: ${own.map((scope) => `\`${scope}\``).join(', ')}`),
  ];
  const undo = d3fendUndo === undefined ? '' : `; undo ${d3fendUndo.id} ${d3fendUndo.name}`;
  return [
    `### ${title.en} / ${title.ja}`,
    '',
    `\`${action.id}\` · ${does.en} / ${does.ja}`,
    '',
    `* Reaches ${RADIUS[action.blastRadius]}; approval: ${TIER[action.approvalTier]}; can be taken back: ${REVERSIBLE[action.reversible]}.`,
    `* Undo: ${undoes.en} / ${undoes.ja}`,
    ...staysOpen.map((text) => `* Stays open: ${text.en} / ${text.ja}`),
    `* D3FEND ${d3fend.id} ${d3fend.name} (${d3fend.tactic})${undo}. ATT&CK ${action.mitigation}.`,
    ...needs.map((one) => `* Needs ${one}.`),
    '',
  ];
}

function coverage(): string[] {
  const byId = new Map<string, string[]>();
  for (const { id, d3fend, d3fendUndo } of ACTIONS)
    for (const one of [d3fend, ...(d3fendUndo === undefined ? [] : [d3fendUndo])]) {
      const key = `${one.tactic} | ${one.id} | ${one.name}`;
      byId.set(key, [...(byId.get(key) ?? []), `\`${id}\``]);
    }
  const rows = [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, ids]) => `| ${key} | ${[...new Set(ids)].join(', ')} |`);
  return ['## D3FEND coverage', '', '| tactic | id | technique | actions |', '|---|---|---|---|', ...rows, ''];
}

/** What a person sets up at each vendor: three credentials, each with the scopes of its tier alone. */
function credentials(): string[] {
  const products = [...scopesOf()].flatMap(([product, granted]) => {
    const facts = TENANT_PRODUCTS[product];
    const tiers = Object.entries(granted).filter(([, scopes]) => scopes.length > 0);
    return [
      `### ${facts?.title ?? product}`,
      '',
      `\`product: '${product}'\`; \`tenant\` is ${facts?.tenant.what}. Secret: ${facts?.secret}. Set up ${facts?.setUp}.`,
      '',
      '| credential | scopes or permissions |',
      '|---|---|',
      ...tiers.map(([tier, scopes]) => `| ${tier} | ${scopes.map((scope) => `\`${scope}\``).join(', ')} |`),
      '',
    ];
  });
  return [
    '## Credentials of tenants',
    '',
    'Name each tenant under `respond.tenants` in `soc.config.ts`, with one secret a tier. `read` only looks; `contain` does what can be taken back or',
    'costs people no more than signing in again; `destroy` does the rest, and what holds power over administrators. Leave out a tier, and its actions are refused.',
    '',
    ...products,
  ];
}

export function actionsPage(): string {
  const providers = [...new Set(ACTIONS.map(({ provider }) => provider))];
  const summary = ACTIONS.map(
    ({ id, title, blastRadius, approvalTier, reversible, d3fend, mitigation }) =>
      `| \`${id}\` | ${cell(title.en)} | ${blastRadius} | ${approvalTier} | ${REVERSIBLE[reversible]} | ${d3fend.id} | ${mitigation} |`,
  );
  return [
    '# Response actions',
    '',
    `${ACTIONS.length} actions. Each is data and code in one file of \`functions/respond/actions/\`; the roles of member accounts, this page and the`,
    'coverage follow from it. No action runs but by the one path: precondition, plan with its hash, approval, evidence, undo record, call, proof.',
    '',
    '| action | title | blast radius | tier | can be taken back | D3FEND | ATT&CK |',
    '|---|---|---|---|---|---|---|',
    ...summary,
    '',
    ...coverage(),
    ...credentials(),
    ...providers.flatMap((provider) => [
      `## ${provider}`,
      '',
      ...ACTIONS.filter((one) => one.provider === provider).flatMap(section),
    ]),
  ].join('\n');
}
