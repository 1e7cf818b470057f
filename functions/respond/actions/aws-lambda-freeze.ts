/** Lets a Lambda function run no more, by a reserved concurrency of zero; its undo restores the concurrency of before. */
import * as z from 'zod';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

/** @see Lambda API, FunctionName: 1–64 of `[A-Za-z0-9-_]` */
const FunctionName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

export const awsLambdaFreeze = defineChange({
  id: 'aws-lambda-freeze',
  provider: 'aws',
  title: { en: 'Freeze a Lambda function', ja: 'Lambda 関数を凍結する' },
  does: {
    en: 'Sets the reserved concurrency to zero: no invocation of the function starts any more.',
    ja: '予約済み同時実行数を 0 にし、新しい呼び出しが始まらないようにします。',
  },
  staysOpen: [
    { en: 'Invocations that run now go on, up to 15 minutes.', ja: '実行中の呼び出しは最長 15 分続きます。' },
    {
      en: 'Asynchronous events queue up to 6 h and run after the undo.',
      ja: '非同期イベントは最長 6 時間たまり、取り消し後に実行されます。',
    },
  ],
  undoes: { en: 'Restores the reserved concurrency, or removes it.', ja: '予約済み同時実行数を元に戻すか、取り除きます。' },
  uses: [
    'lambda:GetFunctionConfiguration',
    'lambda:GetFunctionConcurrency',
    'lambda:PutFunctionConcurrency',
    'lambda:DeleteFunctionConcurrency',
  ],
  resources: ['arn:*:lambda:*:*:function:*'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-EI'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1038',
  parameters: z.strictObject({ ...inRegion, functionName: FunctionName }),
  state: z.strictObject({ reserved: z.int().nullable() }),
  target: (parameters) =>
    awsTarget(parameters, regional(parameters, 'lambda', `function:${parameters.functionName}`), parameters.functionName),
  look: async (context, { functionName }) => {
    const named = { parameters: { FunctionName: functionName } };
    const answer = z.object({ ReservedConcurrentExecutions: z.int().optional() });
    if ((await context.read('lambda', 'GetFunctionConfiguration', named.parameters)) === undefined) return undefined;
    const found = await readAs(context, 'lambda:GetFunctionConcurrency', { ...named, answer });
    return { reserved: found?.ReservedConcurrentExecutions ?? null };
  },
  wanted: () => ({ reserved: 0 }),
  calls: ({ from, to }, { functionName }) => {
    if (from.reserved === to.reserved) return [];
    const named = { FunctionName: functionName };
    return to.reserved === null
      ? [contain('lambda:DeleteFunctionConcurrency', named)]
      : [contain('lambda:PutFunctionConcurrency', { ...named, ReservedConcurrentExecutions: to.reserved })];
  },
});
