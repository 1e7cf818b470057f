/** `yagura serve` and `yagura token`: the API of a state on this machine, and who may ask it. */
import type { Member, Role } from '../../functions/core/api/member.ts';
import type { Tlp } from '../../functions/core/case/marking.ts';
import { personSchema } from '../../functions/core/case/operation.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { Locale } from '../../functions/core/text.ts';
import { startApi } from '../api-server.ts';
import { apiKey, issueToken } from '../api-token.ts';
import { openState } from '../ports.ts';
import { readConfig } from '../settings.ts';
import { plain } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

interface TokenOptions {
  state: string;
  person: string;
  role: Role;
  clearance: Tlp;
  hours: number;
  model?: boolean;
}

/** Prints one token, and nothing else: it goes into a variable. */
export async function tokenCommand({ state, person, role, clearance, hours, model }: TokenOptions): Promise<number> {
  existingState(state);
  if (!personSchema.safeParse(person).success)
    throw new YaguraError('BadInput', 'no such person', {
      problems: [{ at: '--person', what: person, allowed: 'letters, digits, . _ @ + - (at most 64)' }],
    });
  const member: Member = { id: person, role, clearance, kind: model === true ? 'ai' : 'human' };
  out(await issueToken(member, { key: apiKey(state), nowMs: Date.now(), hours }));
  return EXIT.ok;
}

const WORDS = {
  listening: { en: 'listening on', ja: '待ち受け中:' },
  how: {
    en: 'yagura token --person <you> --role analyst prints a token; docs/api.md says how to ask. Ctrl-C ends.',
    ja: 'トークンは yagura token --person <名前> --role analyst で発行（docs/api.md 参照）。Ctrl-C で終了。',
  },
} as const;

/** Serves until it is interrupted. */
export async function serveCommand(options: { state: string; port: number; locale: Locale }): Promise<number> {
  existingState(options.state);
  const { cases: policy, api } = await readConfig();
  const state = await openState(options.state);
  const server = await startApi({
    state,
    key: apiKey(options.state),
    content: { policy, perMinute: api.perMinute },
    port: options.port,
    onFault: (error, requestId) =>
      note(`yagura: ${requestId} ${plain(error instanceof Error ? (error.stack ?? error.message) : String(error))}`),
  });
  note(`${WORDS.listening[options.locale]} ${server.origin}`);
  note(WORDS.how[options.locale]);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.close();
  await state.close();
  return EXIT.ok;
}
