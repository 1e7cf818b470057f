/** `yagura sources`: what can be read. */
import type { Locale } from '../../functions/core/text.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { tableText } from '../table-text.ts';
import { EXIT, out } from './io.ts';

export async function sourcesCommand({ locale }: { locale: Locale }): Promise<number> {
  const rows = SOURCES.map(({ id, title, arrivals, classes }) => [id, title[locale], arrivals.join(', '), classes.join(', ')]);
  out(tableText(['id', 'source', 'arrives as', 'OCSF classes'], rows));
  return EXIT.ok;
}
