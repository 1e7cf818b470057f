/** `yagura sources` and `yagura rules`: what can be read, and what is looked for. */
import type { Locale } from '../../functions/core/text.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { loadStream } from '../content.ts';
import { tableText } from '../table-text.ts';
import { EXIT, out } from './io.ts';

export async function sourcesCommand({ locale }: { locale: Locale }): Promise<number> {
  const rows = SOURCES.map(({ id, title, arrivals, classes }) => [id, title[locale], arrivals.join(', '), classes.join(', ')]);
  out(tableText(['id', 'source', 'arrives as', 'OCSF classes'], rows));
  return EXIT.ok;
}

export async function rulesCommand({ json }: { json?: boolean }): Promise<number> {
  const { rules } = await loadStream();
  if (json) for (const rule of rules) out(JSON.stringify(rule));
  else
    out(
      tableText(
        ['level', 'rule', 'title', 'ATT&CK'],
        rules.map(({ level, path, title, attack }) => [level, path, title, attack.join(' ')]),
        70,
      ),
    );
  return EXIT.ok;
}
