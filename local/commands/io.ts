/** What every command shares: the state folder option, output, and the exit code that an error means. */
import { problemText, YaguraError } from '../../functions/core/error.ts';
import { plain } from '../table-text.ts';

export const DEFAULT_STATE = '.yagura';

/** 0 all well · 1 a fault of ours or of the machine · 2 the call itself is wrong · 3 done, but some input could not be used. */
export const EXIT = { ok: 0, fault: 1, usage: 2, partial: 3 } as const;

export const out = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};
export const note = (text: string): void => {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
};

/** Waits until the reader took it: a pipe's buffer is small and an export is not. */
export function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

const USAGE = new Set([
  'BadInput',
  'BadConfig',
  'BadContent',
  'NotFound',
  'Refused',
  'ApprovalInvalid',
  'ApprovalRejected',
  'ApprovalExpired',
]);

/** Tells an error to a person, and what the process should end with. */
export function tellError(error: unknown): number {
  if (error instanceof YaguraError) {
    const [headline = ''] = error.message.split('\n');
    const texts = error.problems.map((problem) => plain(problemText(problem)));
    // The one problem there is may say what the headline says, and more.
    if (texts.length === 1 && texts[0]?.startsWith(plain(headline)) === true) note(`yagura: ${texts[0]}`);
    else for (const line of [`yagura: ${plain(headline)}`, ...texts.map((text) => `  ${text}`)]) note(line);
    return USAGE.has(error.code) ? EXIT.usage : EXIT.fault;
  }
  note(`yagura: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.fault;
}
