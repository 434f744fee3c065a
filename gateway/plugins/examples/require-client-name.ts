import type { CreatePlugin } from '../load-plugins.ts';

const HEADER = 'x-client-name';

/**
 * An example of an operator's own plugin, `PLUGIN_MODULES=gateway/plugins/examples/require-client-name.ts`: refuses whoever
 * does not say which application they are, and writes its name to the answer's `extensions`.
 */
const requireClientName: CreatePlugin = ({ refusal }) => ({
  received(request, context) {
    if (context.header(HEADER)) return request;
    throw refusal('BAD_REQUEST', `Say which application asks, in the header ${HEADER}.`);
  },
  async run(_operation, context, next) {
    const result = await next();
    return { ...result, extensions: { ...result.extensions, client: context.header(HEADER) } };
  },
});

export default requireClientName;
