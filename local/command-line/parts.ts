/** The options and arguments that several commands share, and how each command's work ends. */
import { InvalidArgumentError, Option } from 'commander';
import { DEFAULT_STATE, tellError } from '../commands/io.ts';

export const state = () => new Option('--state <dir>', 'folder of the state').default(DEFAULT_STATE);
export const locale = () => new Option('--locale <locale>', 'language of texts for people').choices(['en', 'ja']).default('en');
export const mappings = () =>
  new Option('--mappings <dir>', 'folder of mapping files (*.yml) for products of your own; default: mappings');
export const json = () => new Option('--json', 'print JSON');

/** The value of an argument, as a whole number. */
export const integer = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('a whole number is needed');
  return value;
};

/** The values of an option that may be given again. */
export const several = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** Runs a command's work and ends the process with the code that it returns. */
export const ends =
  <Arguments extends unknown[]>(work: (...args: Arguments) => Promise<number>) =>
  async (...args: Arguments): Promise<void> => {
    process.exitCode = await work(...args).catch(tellError);
  };
