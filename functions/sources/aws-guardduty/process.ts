/** Turns a process of GuardDuty's runtime monitoring into an OCSF process. @see GuardDuty API reference, "ProcessDetails" */
import type { JsonObject } from '../../core/json.ts';
import { present } from '../../core/ocsf/parts.ts';
import { parseTimeMs } from '../../core/timestamp.ts';
import { countAt, textAt } from './parts.ts';

const SHA_256 = 3;
const REGULAR_FILE = 1;

/** Undefined where neither its id nor its uuid is told. */
export function processOf(details: JsonObject): JsonObject | undefined {
  const pid = countAt(details, 'pid') ?? countAt(details, 'namespacePid');
  const uid = textAt(details, 'uuid');
  if (pid === undefined && uid === undefined) return undefined;
  const userName = textAt(details, 'user');
  const userId = textAt(details, 'userId');
  const parent = present({ uid: textAt(details, 'parentUuid') });
  return present({
    pid,
    uid,
    name: textAt(details, 'name'),
    cmd_line: textAt(details, 'commandLineExample') ?? textAt(details, 'cmdLine'),
    working_directory: textAt(details, 'pwd'),
    created_time: parseTimeMs(details['startTime']),
    file: fileOf(details),
    user: userName === undefined && userId === undefined ? undefined : present({ name: userName, uid: userId }),
    parent_process: Object.keys(parent).length === 0 ? undefined : parent,
  });
}

function fileOf(details: JsonObject): JsonObject | undefined {
  const path = textAt(details, 'executablePath');
  if (path === undefined) return undefined;
  const value = textAt(details, 'executableSha256');
  return present({
    name: path.slice(path.lastIndexOf('/') + 1) || path,
    path,
    type_id: REGULAR_FILE,
    hashes: value === undefined ? undefined : [{ algorithm_id: SHA_256, value }],
  });
}
