/** Prepares a DuckDB connection for translated SQL: the session's settings, the macros, and the functions over IP addresses. */
import { BOOLEAN as DUCK_BOOLEAN, VARCHAR as DUCK_VARCHAR, type DuckDBConnection, DuckDBScalarFunction } from '@duckdb/node-api';
import ipaddr from 'ipaddr.js';
import { jsonItemsFunction } from './json-items.ts';
import { MACROS } from './macros.ts';

/** Made once for each instance. */
export async function prepareEngine(connection: DuckDBConnection): Promise<void> {
  connection.registerScalarFunction(ipFunction());
  connection.registerScalarFunction(cidrFunction());
  connection.registerScalarFunction(jsonItemsFunction());
  const macros = MACROS.map((macro) => `CREATE OR REPLACE MACRO ${macro};`).join('\n');
  await connection.run(`SET TimeZone = 'UTC';\n${macros}`);
}

/** IPv4 inside IPv6 is IPv4, as Trino shows it; text that is no address is undefined. */
function parsed(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const strict = text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text);
  return strict ? ipaddr.process(text) : undefined;
}

/** `trino_ip(text, lenient)`: the address in one spelling; an error or NULL for other text. */
const ipFunction = () =>
  DuckDBScalarFunction.create({
    name: 'trino_ip',
    parameterTypes: [DUCK_VARCHAR, DUCK_BOOLEAN],
    returnType: DUCK_VARCHAR,
    mainFunction(_, input, output) {
      const [texts, lenient] = [input.getColumnVector(0), input.getColumnVector(1)];
      for (let row = 0; row < input.rowCount; row++) {
        const text = texts.getItem(row);
        const address = typeof text === 'string' ? parsed(text) : undefined;
        if (typeof text === 'string' && address === undefined && lenient.getItem(row) !== true)
          throw new Error(`Cannot cast value to IPADDRESS: ${text.slice(0, 60)}`);
        output.setItem(row, address?.toString() ?? null);
      }
      output.flush();
    },
  });

/** Networks repeat in a query: parse each text once. */
const REMEMBERED = 1000;

function network(text: string, known: Map<string, [ipaddr.IPv4 | ipaddr.IPv6, number]>): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (!ipaddr.isValidCIDR(text)) throw new Error(`Invalid CIDR: ${text.slice(0, 60)}`);
  if (known.size >= REMEMBERED) known.clear();
  const made = ipaddr.parseCIDR(text);
  known.set(text, made);
  return made;
}

function cidrFunction() {
  const known = new Map<string, [ipaddr.IPv4 | ipaddr.IPv6, number]>();
  return DuckDBScalarFunction.create({
    name: 'trino_cidr_contains',
    parameterTypes: [DUCK_VARCHAR, DUCK_VARCHAR],
    returnType: DUCK_BOOLEAN,
    mainFunction(_, input, output) {
      const [networks, addresses] = [input.getColumnVector(0), input.getColumnVector(1)];
      for (let row = 0; row < input.rowCount; row++) {
        const [cidr, text] = [networks.getItem(row), addresses.getItem(row)];
        const address = typeof text === 'string' ? parsed(text) : undefined;
        if (typeof cidr !== 'string' || address === undefined) {
          output.setItem(row, null);
          continue;
        }
        const [base, bits] = network(cidr, known);
        output.setItem(row, base.kind() === address.kind() && within(address, base, bits));
      }
      output.flush();
    },
  });
}

const within = (address: ipaddr.IPv4 | ipaddr.IPv6, base: ipaddr.IPv4 | ipaddr.IPv6, bits: number): boolean =>
  address instanceof ipaddr.IPv4 && base instanceof ipaddr.IPv4
    ? address.match(base, bits)
    : address instanceof ipaddr.IPv6 && base instanceof ipaddr.IPv6 && address.match(base, bits);
