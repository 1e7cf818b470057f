/** The pipeline's stages as a laptop runs them: the same functions that the Lambda handlers call, over local ports. */
import { answerApi } from '../functions/api/stage.ts';
import { approve } from '../functions/approve/stage.ts';
import { judgeBaselines } from '../functions/baseline/stage.ts';
import { updateCases } from '../functions/case/stage.ts';
import { collect } from '../functions/collect/stage.ts';
import type { BusEvent } from '../functions/core/bus-event.ts';
import { correlate } from '../functions/correlate/stage.ts';
import { decide } from '../functions/decide/stage.ts';
import { detect } from '../functions/detect/stage.ts';
import { watchCases } from '../functions/duty/stage.ts';
import { ingest } from '../functions/ingest/stage.ts';
import { maintain } from '../functions/maintain/stage.ts';
import { measureCases } from '../functions/measure/stage.ts';
import { notify, prepare } from '../functions/notify/stage.ts';
import type { StageId } from '../functions/pipeline.ts';
import { respond } from '../functions/respond/stage.ts';
import { scheduled } from '../functions/scheduled/stage.ts';
import { receive } from '../functions/webhook/stage.ts';
import type { Subscriber } from './adapters/table-bus.ts';
import { loadCaseContent } from './case-content.ts';
import { loadDesk } from './desk.ts';
import { readNotifyConfig } from './notify-config.ts';
import type { LocalState } from './ports.ts';

export const LOCAL_STAGES = {
  collect,
  webhook: receive,
  ingest,
  detect,
  scheduled,
  baseline: judgeBaselines,
  correlate,
  case: updateCases,
  notify,
  api: answerApi,
  measure: measureCases,
  duty: watchCases,
  respond,
  approve,
  decide,
  maintain,
} satisfies Record<StageId, unknown>;

/** Hands what waits on the bus to the stages that consume it, until nothing waits. */
export async function drainBus(state: LocalState): Promise<void> {
  await state.bus.drain(subscribers(state));
}

/** The stages that the bus wakes, in the pipeline's order; a test proves that they are those that the pipeline says. */
export const subscribers = (
  state: LocalState,
  desk = once(loadDesk),
  cases = once(loadCaseContent),
): (Subscriber & { stage: StageId })[] => [
  {
    stage: 'correlate',
    FindingsRaised: async (details) => {
      await state.geo.ready();
      await LOCAL_STAGES.correlate(
        details.flatMap(({ findings }) => findings),
        state,
        await desk(),
      );
    },
  },
  {
    stage: 'case',
    IncidentChanged: async (details) => {
      await LOCAL_STAGES.case(
        details.map((detail) => ({ name: 'IncidentChanged', detail })),
        state,
        await cases(),
      );
    },
    ResponseEnded: async (details) => {
      await LOCAL_STAGES.case(
        details.map((detail) => ({ name: 'ResponseEnded', detail })),
        state,
        await cases(),
      );
    },
    CaseChanged: async (details) => {
      await LOCAL_STAGES.case(
        details.map((detail) => ({ name: 'CaseChanged', detail })),
        state,
        await cases(),
      );
    },
  },
  {
    stage: 'notify',
    CaseChanged: (details) =>
      told(
        state,
        details.map((detail) => ({ name: 'CaseChanged', detail })),
      ),
    ApprovalAsked: (details) =>
      told(
        state,
        details.map((detail) => ({ name: 'ApprovalAsked', detail })),
      ),
    FindingsRaised: (details) =>
      told(
        state,
        details.map((detail) => ({ name: 'FindingsRaised', detail })),
      ),
  },
];

/** Reads what people wrote when the first finding comes, and once for each time that the bus is drained. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

/** Messages wait in the outbox until `yagura notify deliver` sends them: replaying old logs on a laptop must not wake anybody. */
async function told(state: LocalState, events: BusEvent[]): Promise<void> {
  await prepare(events, state, readNotifyConfig());
}
