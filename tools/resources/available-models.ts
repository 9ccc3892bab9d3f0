import { catalogRows } from '../../src/core/ai/catalog-rows.js';
import { endpointData } from '../../src/core/ai/launch/endpoint.js';
import type { FleetResource } from '../../src/ports/resource.js';

/** The models that the catalog knows, and those that were launched. */
export const availableModelsResource: FleetResource = {
  path: 'models/available',
  name: 'models_available',
  title: 'Models',
  description:
    'Models of the catalog with their stored forms and least memory, and the endpoints that jetfleet launched.',
  like: ['ai_catalog'],
  async read({ userCatalog, store }) {
    const [{ additions }, endpoints] = await Promise.all([userCatalog.current(), store.endpoints.list()]);
    const models = catalogRows(additions, {}).map(({ forms, ...model }) => ({
      ...model,
      forms: forms.map(({ name, format, sizeMB, leastRamGB, engines }) => ({
        name,
        format,
        sizeMB,
        leastRamGB,
        engines,
      })),
    }));
    const served = endpoints.flatMap(({ device, name, data }) => {
      const { success, data: endpoint } = endpointData.safeParse(data);
      return success ? [{ device, name, engine: endpoint.engine, model: endpoint.model }] : [];
    });
    return { models, served };
  },
};
