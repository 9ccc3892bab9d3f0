import { z } from 'zod';
import { engineName } from '../../src/core/ai/engines.js';
import { imageRows } from '../../src/core/ai/match/image-rows.js';
import { matchData, type MatchData } from '../../src/core/ai/match/match-data.js';
import { matchPage } from '../../src/core/ai/match/match-page.js';
import { matchRows } from '../../src/core/ai/match/run-rows.js';
import { allModels } from '../../src/core/ai/model-catalog.js';
import type { Call, Member } from '../../src/ports/tool.js';
import { BaseFleetTool } from '../base-tool.js';
import { launchArgs } from '../launch-args.js';
import { lookAtAll } from '../match-look.js';
import { weightsFor } from '../match-weights.js';

const input = z.strictObject({
  model: launchArgs.model.optional().describe('ai_catalog id, hub owner/name, Ollama name:tag, path.'),
  engine: engineName.optional(),
  // Checked here: a pattern in the schema would cost every session its length.
  quantisation: z
    .string()
    .refine((text) => /^[\w.+-]{1,32}$/.test(text), 'Write a word such as Q4_K_M.')
    .optional(),
  context: launchArgs.context,
  slots: launchArgs.slots,
  measure: z.boolean().optional().describe('Read sizes at the hub.'),
});

/** Says which image fits which board, and which boards can hold a model now. */
export class AiMatch extends BaseFleetTool<typeof input, typeof matchData> {
  override readonly spec = {
    name: 'ai_match',
    area: 'ai',
    title: 'Match model and board',
    description:
      'Which image fits a board, and which devices can hold a model now by its sum against free memory: best first, with a reason for each no. Ask before ai_launch. Without model: images only.',
    effect: 'read',
    input,
    output: matchData,
  } as const;

  override async readAll(
    { measure, model, engine, ...wish }: z.output<typeof input>,
    members: readonly Member[],
    call: Call,
  ): Promise<MatchData> {
    const { additions, problems } = await call.userCatalog.current();
    const notes = problems.map(({ line, field, message, fix }) =>
      [`Catalog file${line === undefined ? '' : `, line ${line}`}:`, field, message, fix].filter(Boolean).join(' '),
    );
    if (model === undefined) {
      const { looks, failures, unseen } = await lookAtAll(members, undefined, call);
      const no = failures.map(({ device, ...why }) => ({ devices: [device], ...why }));
      return matchPage({ images: imageRows(looks, engine, additions), no, notes: [...notes, ...unseen] });
    }
    const models = allModels(additions);
    const asked = { model, engine, quantisation: wish.quantisation };
    const { weights, own, said } = await weightsFor(asked, models, measure === true, call);
    const { looks, failures, unseen } = await lookAtAll(members, own ? { wish: asked, models } : undefined, call);
    const { context, slots } = wish;
    const rows = matchRows(looks, failures, { weights, engine, context, slots, additions });
    return matchPage({ ...rows, notes: [...notes, ...said, ...unseen] });
  }
}
