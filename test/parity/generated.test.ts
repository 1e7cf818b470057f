/** Random records against our rules and against random rules: predicate and SQL agree, three-valued. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectionFiles, rulesOf } from '../content/detection-files.ts';
import { askedBy, recordArbitrary, ruleArbitrary } from './arbitrary.ts';
import { compared, distinct, type RecordLake, recordLake } from './lake-verdicts.ts';

const SEED = 20_261_121;
const RECORDS = 700;
const RANDOM_RULES = 60;

/** Fields that our rules do not test, and whose columns are partly inferred. */
const MORE_FIELDS =
  'eventID requestID recipientAccountId userIdentity.userName userIdentity.principalId userIdentity.identityProvider userIdentity.sessionContext.webIdFederationData.federatedProvider userIdentity.sessionContext.attributes.creationDate userIdentity.sessionContext.sessionIssuer.arn userIdentity.onBehalfOf.userId userIdentity.credentialId awsRegion errorMessage eventTime eventVersion eventCategory requestParameters responseElements requestParameters.ipPermissions.items insightDetails.eventName insightDetails.eventSource additionalEventData readOnly sharedEventID apiVersion status'.split(
    ' ',
  );
const TEXTS = ['x', 'arn:aws:iam::111122223333:user/a', 'us-east-1', 'AIDAIOSFODNN7EXAMPLE:me', 'AssumedRole'];

const files = detectionFiles('aws-cloudtrail');
const own = rulesOf(files);
const asked = [...askedBy(own), ...MORE_FIELDS.map((field) => ({ field, texts: TEXTS }))];
const bases = files.flatMap(({ cases }) => cases.filter((one) => one.expect === 'match').map(({ event }) => event));
const records = distinct(fc.sample(recordArbitrary(bases, asked), { seed: SEED, numRuns: RECORDS }));

describe('random records', () => {
  let lake: RecordLake;
  beforeAll(async () => {
    lake = await recordLake(records);
  });
  afterAll(() => lake.close());

  it('get the same verdicts from our rules in the stream and in SQL', async () => {
    const { pairs, undecided, unsupported, differences, verdicts } = await compared(lake, own, records);
    expect(unsupported).toEqual([]);
    expect(differences.slice(0, 5)).toEqual([]);
    expect(pairs).toBe(own.length * RECORDS);
    expect(undecided / pairs).toBeLessThan(0.02);
    for (const verdict of ['match', 'no_match', 'not_applicable']) expect(verdicts.get(verdict)).toBeGreaterThan(200);
  });

  it('get the same verdicts from random rules of every kind of test', async () => {
    const [like] = own;
    if (like === undefined) throw new Error('there are no rules');
    const rules = fc.sample(ruleArbitrary(like, asked), { seed: SEED, numRuns: RANDOM_RULES });
    const { pairs, unsupported, differences, verdicts } = await compared(lake, rules, records);
    expect(unsupported).toEqual([]);
    expect(differences.slice(0, 5)).toEqual([]);
    expect(pairs).toBe(RANDOM_RULES * RECORDS);
    for (const verdict of ['match', 'no_match', 'not_applicable']) expect(verdicts.get(verdict)).toBeGreaterThan(1_000);
  });
});
