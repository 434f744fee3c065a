import { registerHooks } from 'node:module';

/** Loaded in front of a program: the package that WITHOUT_PACKAGE names is not to be had in it. */
const name = process.env.WITHOUT_PACKAGE;

registerHooks({
  load(url, context, nextLoad) {
    if (name && url.includes(`/node_modules/${name}/`)) throw new Error(`${name} was taken away`);
    return nextLoad(url, context);
  },
});
