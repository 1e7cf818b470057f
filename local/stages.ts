/** The pipeline's stages as a laptop runs them: the same functions that the Lambda handlers call, over local ports. */
import { approve } from '../functions/approve/stage.ts';
import { openCases } from '../functions/case/stage.ts';
import { correlate } from '../functions/correlate/stage.ts';
import { decide } from '../functions/decide/stage.ts';
import { ingest } from '../functions/ingest/stage.ts';
import { PIPELINE, type Stage, type StageId } from '../functions/pipeline.ts';
import { respond } from '../functions/respond/stage.ts';
import type { Subscriber } from './adapters/table-bus.ts';

export const LOCAL_STAGES = { ingest, correlate, case: openCases, respond, approve, decide } satisfies Record<StageId, unknown>;
