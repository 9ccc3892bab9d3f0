import { sumOf } from './fit-sum.js';
import type { EndpointLabels } from './launch/endpoint.js';
import { findModel, type CatalogModel } from './model-catalog.js';

/**
 * MiB that an endpoint of jetfleet's takes by what it was launched with: the engine's own count leaves out what a container holds through
 * the GPU's driver, which is most of it. 0 where its model is not in the catalog.
 */
export function endpointMb(endpoint: EndpointLabels | undefined, models: readonly CatalogModel[]): number {
  if (endpoint === undefined || endpoint.engine === 'custom') return 0;
  const { engine, quantisation: name, context = 4096, slots = 1 } = endpoint;
  const model = findModel(models, endpoint.model);
  const loads = model?.quantisations.filter(({ engines }) => engines.includes(engine)) ?? [];
  const quantisation = loads.find((each) => each.name === name) ?? loads[0];
  if (model === undefined || quantisation === undefined) return 0;
  const { shape, vision } = model;
  const question = { shape, vision, quantisation, engine, context, slots, board: { memory: {} }, running: [] };
  return sumOf(question).reduce((sum, { what, mb }) => (what === 'headroom' ? sum : sum + mb), 0);
}
