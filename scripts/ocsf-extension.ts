/** Yagura's private OCSF extension: details of OT protocols under the profile `yagura/ics`. OCSF has none. @see https://schema.ocsf.io, "Extensions" */
export const EXTENSION = {
  profile: 'yagura/ics',
  /** Classes that the profile adds its attribute to. */
  classes: ['network_activity'],
  attribute: { ics: { type: 'object_t', object: 'ics', req: 'recommended', profiles: ['yagura/ics'] } },
  object: {
    ics: {
      caption: 'ICS Protocol',
      attributes: {
        protocol_name: { type: 'string_t', req: 'required' },
        function_code: { type: 'string_t', req: 'recommended' },
        function_name: { type: 'string_t', req: 'recommended' },
        unit_id: { type: 'integer_t' },
        pdu_type: { type: 'string_t' },
        is_write: { type: 'boolean_t', req: 'recommended' },
      },
    },
  },
} as const;
