// Every action on AWS that moto can play: capture, act, verify, undo leave the account as it was; and every operation that is listed exists.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAwsCloud } from '../../functions/adapters/aws/cloud.ts';
import { AWS_OPERATIONS } from '../../functions/core/aws/operation.ts';
import { actingContext, readingContext } from '../../functions/respond/account.ts';
import { actionOf } from '../../functions/respond/actions/index.ts';
import { type Moto, startMoto } from './moto.ts';
import { type MotoCases, makeAccount } from './moto-account.ts';
import { pythonTools } from './python-tools.ts';

const tools = await pythonTools();
const NO_TENANTS = {
  request: () => Promise.reject(new Error('an action on AWS asks no tenant')),
};
const incidentId = 'INC-1';

/** Reads `[{name, parameters, iam}]`, prints what botocore's models and cfn-lint's list of IAM actions do not know. */
const CHECK = `
import json, os, sys, botocore.session, cfnlint.data.AdditionalSpecs as specs
policies = json.load(open(os.path.join(os.path.dirname(specs.__file__), 'Policies.json')))
session = botocore.session.get_session()
for operation in json.load(sys.stdin):
    service, name = operation['name'].split(':')
    model = session.get_service_model(service)
    if name not in model.operation_names:
        print('no operation', operation['name']); continue
    shape = model.operation_model(name).input_shape
    members = set(shape.members) if shape else set()
    given = {parameter.rstrip('?') for parameter in operation['parameters']}
    for parameter in sorted(given - members): print('no parameter', operation['name'], parameter)
    for parameter in sorted((set(shape.required_members) if shape else set()) - given): print('required', operation['name'], parameter)
    for action in operation.get('iam', [operation['name']]):
        prefix, verb = action.split(':')
        known = policies.get(prefix, {})
        if verb.lower() not in {one.lower() for one in known.get('Actions', known)}: print('no IAM action', action)
`;

describe.skipIf('missing' in tools)('actions on AWS', () => {
  let moto: Moto;
  let cases: MotoCases = {};
  beforeAll(async () => {
    moto = await startMoto('bin' in tools ? tools.bin : '');
    cases = await makeAccount(moto.client);
  });
  afterAll(() => moto?.stop());

  it('every listed operation, parameter and IAM action exists', () => {
    const listed = [...AWS_OPERATIONS].map(([name, operation]) => ({ name, ...operation }));
    const python = join('bin' in tools ? tools.bin : '', 'python');
    expect(execFileSync(python, ['-c', CHECK], { input: JSON.stringify(listed), encoding: 'utf8' })).toBe('');
  });

  it('act, hold, and are taken back to what was', async () => {
    const options = { rolePrefix: 'YaguraResponder-', externalId: 'x', nowMs: Date.now, endpoint: moto.endpoint };
    const ports = { cloud: createAwsCloud(new STSClient(moto.client), options), clock: { nowMs: Date.now }, tenants: NO_TENANTS };
    expect(Object.keys(cases).length).toBeGreaterThan(15);
    for (const [id, raw] of Object.entries(cases)) {
      const action = actionOf(id);
      const { parameters, target } = action.parse(raw);
      const reading = readingContext(ports, target, incidentId);
      expect(await action.preconditions(reading, parameters), id).toEqual([]);
      const { calls } = await action.plan(reading, parameters);
      expect(calls.length, id).toBeGreaterThan(0);
      const captured = await action.capture(reading, parameters);
      await action.act(actingContext(ports, target, { incidentId, calls }), calls, parameters);
      expect(await action.verify(reading, parameters), id).toBeUndefined();
      const undo = await action.planUndo(reading, captured, parameters);
      await action.undo(actingContext(ports, target, { incidentId, calls: undo.calls }), undo.calls, captured);
      expect(await action.verifyUndo(reading, captured, parameters), id).toBeUndefined();
      expect(await action.capture(reading, parameters), id).toEqual(captured);
    }
  });
});
