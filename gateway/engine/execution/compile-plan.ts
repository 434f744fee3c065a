import type { PlanNode } from '../planning/query-plan.ts';
import { compileEntityFetch, compileRootFetch } from './compile-fetch.ts';
import type { CompileOptions } from './compile-options.ts';
import { compileDefer, signalling } from './deferred-steps.ts';
import type { Step } from './run.ts';

/** Compiles a plan into closures: what does not depend on the request is done here, once. */
export function compilePlan(node: PlanNode, compiling: CompileOptions): Step {
  const compile = (each: PlanNode) => compilePlan(each, compiling);
  switch (node.kind) {
    case 'root-fetch':
      return signalling(node, compileRootFetch(node, compiling));
    case 'entity-fetch':
      return signalling(node, compileEntityFetch(node, compiling));
    case 'sequence':
      return inSeries(node.nodes.map(compile));
    case 'parallel':
      return sideBySide(node.nodes.map(compile));
    case 'defer':
      return compileDefer(node, compile);
    case 'condition': {
      const { variable } = node;
      const whenTrue = node.whenTrue && compile(node.whenTrue);
      const whenFalse = node.whenFalse && compile(node.whenFalse);
      return async (run) => (run.variables[variable] === true ? whenTrue : whenFalse)?.(run);
    }
  }
}

function inSeries(steps: readonly Step[]): Step {
  return async (run) => {
    for (const step of steps) await step(run);
  };
}

function sideBySide(steps: readonly Step[]): Step {
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };
}
