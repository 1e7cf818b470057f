/** The `notify` section of `soc.config.ts`, checked, without reading anything else. */
import { type Problem, YaguraError } from '../functions/core/error.ts';
import { type NotifyConfig, notifyProblems, notifySchema } from '../functions/core/notify/config.ts';
import userConfig from '../soc.config.ts';

/** @throws YaguraError BadConfig with every problem */
export function readNotifyConfig(given: unknown = userConfig.notify): NotifyConfig {
  const parsed = notifySchema.safeParse(given ?? {});
  const problems = parsed.success
    ? notifyProblems(parsed.data)
    : parsed.error.issues.map(({ path, message }): Problem => ({ at: ['notify', ...path].join('.'), what: message }));
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new YaguraError('BadConfig', `${problems.length} problems in soc.config.ts`, { problems });
}
