// Fourteen days of a network, its hosts and a plant in which nothing is wrong.
import { at, days, type Raw, times } from './records.ts';
import { conn, dns, fileWritten, http, logon, modbus, proc } from './records-network.ts';

const WINDOWS = 'C:\\Windows\\System32';
/** Uneven gaps, as people make them. */
const uneven = (i: number): number => (i * i * 37 + i * 101) % 3600;

const daily = (day: number): Raw[] => [
  ...times(5, (h) => `10.0.1.${h + 1}`).flatMap((host, h) => [
    ...times(6, (i) => conn(at(day, 9 + i, 0, uneven(i + h)), [host, '198.51.100.80', 443], { orig_bytes: 900 + 10 * i + h })),
    // Everybody's updates come by the clock.
    ...times(12, (i) => conn(at(day, 2 * i, h), [host, '198.51.100.90', 443], { orig_bytes: 500 })),
    ...times(3, (i) => dns(at(day, 9 + i, h), host, `www${i}.example.com`)),
    http(at(day, 11, h), [host, '198.51.100.80', 80], { method: 'POST', request_body_len: 2000 + h, uri: '/form' }),
    proc(at(day, 9, h), {
      image: 'C:\\Program Files\\Office\\WINWORD.EXE',
      host: `PC-${h}.example.com`,
      user: `EXAMPLE\\user${h}`,
    }),
    proc(at(day, 9, h, 5), { image: `${WINDOWS}\\cmd.exe`, host: `PC-${h}.example.com`, user: `EXAMPLE\\user${h}` }),
    proc(at(day, 9, h, 9), {
      image: 'C:\\Users\\aoi\\AppData\\Local\\Meet\\meet.exe',
      host: `PC-${h}.example.com`,
      user: `EXAMPLE\\user${h}`,
    }),
    // Management runs one encoded command everywhere, and the logon script asks two things.
    proc(at(day, 8, h), {
      image: `${WINDOWS}\\WindowsPowerShell\\v1.0\\powershell.exe`,
      command: 'powershell.exe -NoProfile -EncodedCommand RwBlAHQALQBQAHIAbwBjAGUAcwBzAA==',
      parent: 'C:\\Program Files\\Manage\\agent.exe',
      host: `PC-${h}.example.com`,
      user: 'NT AUTHORITY\\SYSTEM',
    }),
    proc(at(day, 8, h, 20), {
      image: `${WINDOWS}\\whoami.exe`,
      command: 'whoami',
      parent: `${WINDOWS}\\cmd.exe`,
      host: `PC-${h}.example.com`,
    }),
    proc(at(day, 8, h, 21), {
      image: `${WINDOWS}\\net.exe`,
      command: 'net use Z: \\\\fs-1\\home',
      parent: `${WINDOWS}\\cmd.exe`,
      host: `PC-${h}.example.com`,
    }),
    ...times(4, (i) =>
      fileWritten(
        at(day, 10, h, i),
        `PC-${h}.example.com`,
        'C:\\Program Files\\Office\\WINWORD.EXE',
        `C:\\Users\\user${h}\\Documents\\note-${i}.docx`,
      ),
    ),
    logon(at(day, 9, h), { host: 'FS-1.example.com', user: `user${h}`, ip: host }),
  ]),
  // The backup sends a lot to one place each night; the scanner knocks, and is answered, inside.
  conn(at(day, 1), ['10.0.2.2', '198.51.100.70', 443], { orig_bytes: 500_000_000 + day, resp_bytes: 10_000 }),
  ...times(6, (i) => logon(at(day, 7, i), { host: `SRV-${i}.example.com`, user: 'admin.mori', ip: '10.0.9.9' })),
  // An engineer's station reads and writes controllers, a historian reads them.
  ...times(3, (i) => modbus(at(day, 8, i), '10.9.0.10', `10.9.1.${i + 1}`, 'WRITE_SINGLE_REGISTER')),
  ...times(3, (i) => modbus(at(day, 8, 10 + i), '10.9.0.20', `10.9.1.${i + 1}`, 'READ_HOLDING_REGISTERS')),
];

export const EVERYDAY_NETWORK: readonly Raw[] = [...days(daily)];
