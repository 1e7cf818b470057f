/** Zeek's logs of OT protocols (its own and the ICSNPP parsers'): what was asked of which device, and whether it changes something. @see ICSNPP documentation; Modbus Application Protocol V1.1b3 §6; IEEE 1815 §4.2.2; ASHRAE 135 §21 */
import type { From, Kind, When } from '../../core/mapping/spec.ts';

const TRAFFIC = 6;

/** Names of functions that change the state of a device, by the words that their names have in all of these protocols. */
const WRITES: From = {
  from: ['func', 'fc_request', 'function_name', 'pdu_service', 'cip_service', 'enip_command'],
  table: {
    'WRITE*': true,
    '*_WRITE_*': true,
    '*Write*': true,
    MASK_WRITE_REGISTER: true,
    SELECT: true,
    '*OPERATE*': true,
    'COLD_RESTART*': true,
    'WARM_RESTART*': true,
    '*STOP*': true,
    'START_APPL*': true,
    '*Download*': true,
    'PLC Control': true,
    '*set_attribute*': true,
    '*reinitialize*': true,
    '*create_object*': true,
    '*delete_object*': true,
    '*lifeSafety*': true,
    device_communication_control: true,
    '*': false,
  },
};

const kind = (when: When, protocol: string, names: readonly string[]): Kind => ({
  when,
  class_uid: 4001,
  activity: TRAFFIC,
  fields: {
    'ics.protocol_name': { is: protocol },
    'ics.function_name': names,
    'ics.function_code': ['function_code', 'func_code', 'cip_service_code', 'rosctr_code'],
    'ics.unit_id': ['unit', 'unit_id', 'uid_modbus'],
    'ics.pdu_type': ['pdu_type', 'request_response', 'rosctr_name', 'block_type'],
    'ics.is_write': WRITES,
    app_protocol_name: { is: protocol },
  },
});

const MODBUS = ['func'];
const DNP3 = ['fc_request', 'fc_reply', 'function_code'];
const S7 = ['function_name', 'subfunction_name', 'rosctr_name'];
const BACNET = ['pdu_service', 'bvlc_function'];

/** Records are told by `_path`, and without it by fields that no other log has. */
export const OT_KINDS: readonly Kind[] = [
  kind({ _path: 'modbus*' }, 'modbus', MODBUS),
  kind({ func: true, 'id.orig_h': true, _path: false }, 'modbus', MODBUS),
  kind({ _path: 'dnp3*' }, 'dnp3', DNP3),
  kind({ fc_request: true, 'id.orig_h': true }, 'dnp3', DNP3),
  kind({ _path: 's7comm*' }, 's7comm', S7),
  kind({ rosctr_code: true }, 's7comm', S7),
  kind({ _path: 'bacnet*' }, 'bacnet', BACNET),
  kind({ bvlc_function: true }, 'bacnet', BACNET),
  kind({ _path: 'cip*' }, 'cip', ['cip_service']),
  kind({ _path: 'enip*' }, 'enip', ['enip_command']),
];
