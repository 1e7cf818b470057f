/** `yagura notify`: the channels and what waits in them, a test message, sending what waits, another try for what failed. */
import { nearest, YaguraError } from '../../functions/core/error.ts';
import type { NotifyConfig } from '../../functions/core/notify/config.ts';
import { messageOf } from '../../functions/core/notify/message.ts';
import { testNotice } from '../../functions/core/notify/system-notice.ts';
import type { Locale } from '../../functions/core/text.ts';
import { deliver } from '../../functions/notify/deliver.ts';
import { type Delivery, deliveriesOf, revive } from '../../functions/notify/outbox.ts';
import { sendTo } from '../../functions/notify/products/index.ts';
import { readNotifyConfig } from '../notify-config.ts';
import { type LocalState, openState } from '../ports.ts';
import { tableText } from '../table-text.ts';
import { configAt } from './config-file.ts';
import { EXIT, note, out } from './io.ts';

interface Options {
  state: string;
  config: string;
  locale: Locale;
  json?: boolean;
  /** Hosts of vendors → servers on this machine, `host=http://127.0.0.1:port`. */
  standIn?: string[];
}

const WORDS = {
  none: {
    en: 'no channel is configured: docs/notifications.md shows how',
    ja: 'チャネルが設定されていません（docs/notifications.md を参照）',
  },
  sent: { en: 'sent', ja: '送信しました' },
} as const;

async function opened<T>(options: Options, work: (state: LocalState, config: NotifyConfig) => Promise<T>): Promise<T> {
  const config = readNotifyConfig((await configAt(options.config)).notify);
  const standIns = Object.fromEntries((options.standIn ?? []).map(pairOf));
  const state = await openState(options.state, { write: true, standIns });
  try {
    return await work(state, config);
  } finally {
    await state.close();
  }
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new YaguraError('BadInput', `--stand-in ${text}`, {
    problems: [{ at: '--stand-in', what: text, allowed: 'slack.com=http://127.0.0.1:8080' }],
  });
}

/** Every channel, whom it reaches and what lies there. */
export const listCommand = (options: Options): Promise<number> =>
  opened(options, async (state, config) => {
    const rows = [];
    for (const channel of config.channels) {
      const { name, product, clearance, locale } = channel;
      const all = await deliveriesOf(name, state.table);
      const count = (status: Delivery['status']): number => all.filter((one) => one.status === status).length;
      const failed = all.filter(({ why }) => why !== '').at(-1)?.why ?? '';
      rows.push({ name, product, clearance, locale, due: count('due'), sent: count('sent'), dead: count('dead'), why: failed });
    }
    if (options.json) for (const row of rows) out(JSON.stringify(row));
    else if (rows.length === 0) note(WORDS.none[options.locale]);
    else
      out(
        tableText(
          Object.keys(rows[0] ?? {}),
          rows.map((row) => Object.values(row)),
        ),
      );
    return EXIT.ok;
  });

/** Sends one message to one channel, now, past hours, limits and routes. */
export const testCommand = (name: string, options: Options): Promise<number> =>
  opened(options, async (state, config) => {
    const channel = config.channels.find((one) => one.name === name);
    if (channel === undefined) throw unknown(name, config);
    const notice = testNotice(state.clock.nowMs());
    const message = messageOf(notice, { ...channel, link: config.link });
    const deliveryId = `test-${state.ids.token(8)}`;
    const sent = await sendTo(channel, { message, deliveryId, isRetry: false, page: false, people: [] }, state);
    if (!sent.ok)
      throw new YaguraError(sent.retry ? 'Unavailable' : 'Refused', `${name}: ${sent.why}`, {
        problems: [{ at: name, what: sent.why, fix: 'look at the secret and the ids of the channel: docs/notifications.md' }],
      });
    if (options.json) out(JSON.stringify({ channel: name, product: channel.product, ...sent }));
    else note(`${name}: ${WORDS.sent[options.locale]}`);
    return EXIT.ok;
  });

function unknown(name: string, { channels }: NotifyConfig): YaguraError {
  const names = channels.map((channel) => channel.name);
  const near = nearest(name, names);
  return new YaguraError('NotFound', `no channel is called ${name}`, {
    problems: [
      {
        at: name,
        what: 'unknown',
        allowed: names.join(', ') || 'none is configured',
        ...(near === undefined ? {} : { fix: `write ${near}` }),
      },
    ],
  });
}

/** One pass over what waits; with `--retry` what failed for good is due again first. */
export const deliverCommand = (options: Options & { retry?: boolean }): Promise<number> =>
  opened(options, async (state, config) => {
    const at = { table: state.table, nowMs: state.clock.nowMs() };
    if (options.retry) for (const { name } of config.channels) await revive(name, at);
    const passes = await deliver(state, config);
    if (options.json) for (const pass of passes) out(JSON.stringify(pass));
    else if (passes.length === 0) note(WORDS.none[options.locale]);
    else
      out(
        tableText(
          Object.keys(passes[0] ?? {}),
          passes.map((pass) => Object.values(pass)),
        ),
      );
    return passes.some(({ dead, retried }) => dead + retried > 0) ? EXIT.partial : EXIT.ok;
  });
