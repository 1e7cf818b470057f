/** What people wrote down of their assets and identities (`inventory/*.csv`) → rows by id or pattern, with everything that is wrong at its line. */
import { nearest, type Problem, YaguraError } from '../error.ts';
import { csvRows } from '../indicator/file.ts';
import { ASSET_TIERS, type AssetTier, EXPOSURES, type Exposure } from '../risk-factors.ts';

export interface Asset {
  /** An id as events have it (ARN, instance id, host name, account, repository), or a pattern with `*`. */
  id: string;
  owner?: string;
  tier?: AssetTier;
  environment?: string;
  exposure?: Exposure;
  /** Nobody has business with it: whoever touches it is seen. */
  isCanary?: true;
  note?: string;
}

export const IDENTITY_KINDS = ['person', 'service', 'break_glass'] as const;
export interface Identity {
  id: string;
  owner?: string;
  kind?: (typeof IDENTITY_KINDS)[number];
  tier?: AssetTier;
  hasMfa?: boolean;
  roles?: string;
  groups?: string;
  note?: string;
}

/** An open vulnerability of an asset. */
export interface Vulnerability {
  /** The asset's id, or a pattern. */
  id: string;
  cve: string;
  severity?: string;
  /** It is in CISA's catalogue of known exploited vulnerabilities. */
  isExploited: boolean;
}

/** Undefined: there is no such file, which is not the same as a file without rows. */
export interface Inventory {
  assets?: Asset[];
  identities?: Identity[];
  vulnerabilities?: Vulnerability[];
}

/** The names of the files that are read. */
export const INVENTORY_FILES = ['assets.csv', 'identities.csv', 'vulnerabilities.csv'] as const;
const MAX_ROWS = 50_000;
const YES: ReadonlySet<string> = new Set(['yes', 'true', '1', 'y']);
const NO: ReadonlySet<string> = new Set(['no', 'false', '0', 'n', '']);

interface Row {
  at: string;
  cells: ReadonlyMap<string, string>;
}

/** @throws YaguraError BadContent with every problem of every file */
export function parseInventory(files: readonly { file: string; text: string }[]): Inventory {
  const problems: Problem[] = [];
  const textOf = (name: string) => files.find(({ file }) => file.split(/[\\/]/).at(-1) === name);
  const rowsOf = (name: string, columns: readonly string[], required: readonly string[]): Row[] | undefined => {
    const found = textOf(name);
    return found === undefined ? undefined : readRows(found, { columns, required, problems });
  };
  const inventory: Inventory = {};
  const assets = rowsOf('assets.csv', ['id', 'owner', 'tier', 'environment', 'exposure', 'canary', 'note'], ['id']);
  if (assets !== undefined) inventory.assets = assets.map((row) => assetOf(row, problems));
  const identities = rowsOf('identities.csv', ['id', 'owner', 'kind', 'tier', 'mfa', 'roles', 'groups', 'note'], ['id']);
  if (identities !== undefined) inventory.identities = identities.map((row) => identityOf(row, problems));
  const open = rowsOf('vulnerabilities.csv', ['id', 'cve', 'severity', 'kev'], ['id', 'cve']);
  if (open !== undefined) inventory.vulnerabilities = open.map((row) => vulnerabilityOf(row, problems));
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the inventory`, { problems });
  return inventory;
}

function readRows(
  { file, text }: { file: string; text: string },
  { columns, required, problems }: { columns: readonly string[]; required: readonly string[]; problems: Problem[] },
): Row[] {
  const [head, ...rows] = csvRows(text.startsWith('\uFEFF') ? text.slice(1) : text).filter(({ cells }) =>
    cells.some((cell) => cell.trim() !== ''),
  );
  const names = head?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const allowed = columns.join(', ');
  for (const name of names.filter((one) => !columns.includes(one))) {
    const near = nearest(name, columns);
    problems.push({
      at: `${file}:1`,
      what: `unknown column "${name}"`,
      allowed,
      ...(near ? { fix: `did you mean "${near}"?` } : {}),
    });
  }
  for (const name of required.filter((one) => !names.includes(one)))
    problems.push({ at: `${file}:1`, what: `there is no column "${name}"`, allowed, fix: 'add it to the first line' });
  if (rows.length > MAX_ROWS)
    problems.push({ at: file, what: `${rows.length} rows`, allowed: `at most ${MAX_ROWS}; patterns stand for many` });
  return rows.map(({ cells, line }) => {
    const at = `${file}:${line}`;
    const row = { at, cells: new Map(names.map((name, i) => [name, cells[i]?.trim() ?? ''])) };
    for (const name of required)
      if (names.includes(name) && (row.cells.get(name) ?? '') === '')
        problems.push({ at, what: `"${name}" is empty`, fix: 'fill it in or delete the line' });
    if (/^\**$/.test(row.cells.get('id') ?? '') && (row.cells.get('id') ?? '') !== '')
      problems.push({ at, what: 'the pattern fits everything', fix: 'begin it with what the ids have in common' });
    return row;
  });
}

const word = (row: Row, name: string): string | undefined => {
  const text = row.cells.get(name) ?? '';
  return text === '' ? undefined : text.slice(0, 300);
};

function oneOf<Word extends string>(
  row: Row,
  name: string,
  { words, problems }: { words: readonly Word[]; problems: Problem[] },
): Word | undefined {
  const text = word(row, name)?.toLowerCase().replaceAll(/[ -]/g, '_');
  if (text === undefined) return undefined;
  const found = words.find((one) => one === text);
  if (found === undefined) problems.push({ at: row.at, what: `${name} "${text}"`, allowed: words.join(', ') });
  return found;
}

function yesNo(row: Row, name: string, problems: Problem[]): boolean | undefined {
  const text = row.cells.get(name)?.toLowerCase();
  if (text === undefined || text === '') return undefined;
  if (!YES.has(text) && !NO.has(text)) problems.push({ at: row.at, what: `${name} "${text}"`, allowed: 'yes, no' });
  return YES.has(text);
}

/** Only what is there: an empty cell says nothing. */
const filled = <T extends object>(of: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };

function assetOf(row: Row, problems: Problem[]): Asset {
  const isCanary = yesNo(row, 'canary', problems) === true ? (true as const) : undefined;
  return {
    id: word(row, 'id') ?? '',
    ...filled({
      owner: word(row, 'owner'),
      tier: oneOf(row, 'tier', { words: ASSET_TIERS, problems }),
      environment: word(row, 'environment'),
      exposure: oneOf(row, 'exposure', { words: EXPOSURES, problems }),
      note: word(row, 'note'),
      isCanary,
    }),
  };
}

function identityOf(row: Row, problems: Problem[]): Identity {
  return {
    id: word(row, 'id') ?? '',
    ...filled({
      owner: word(row, 'owner'),
      kind: oneOf(row, 'kind', { words: IDENTITY_KINDS, problems }),
      tier: oneOf(row, 'tier', { words: ASSET_TIERS, problems }),
      hasMfa: yesNo(row, 'mfa', problems),
      roles: word(row, 'roles'),
      groups: word(row, 'groups'),
      note: word(row, 'note'),
    }),
  };
}

function vulnerabilityOf(row: Row, problems: Problem[]): Vulnerability {
  const cve = word(row, 'cve')?.toUpperCase() ?? '';
  if (cve !== '' && !/^CVE-\d{4}-\d{4,}$/.test(cve))
    problems.push({ at: row.at, what: `cve "${cve}"`, allowed: 'CVE-2024-12345' });
  return {
    id: word(row, 'id') ?? '',
    cve,
    isExploited: yesNo(row, 'kev', problems) === true,
    ...filled({ severity: word(row, 'severity') }),
  };
}
