import type { Representations } from './representations.ts';
import type { CompileSend } from './send.ts';
import type { Fulfils } from './type-conditions.ts';

/** What the plans of one operation are compiled with. */
export interface PlanCompiling {
  compileSend: CompileSend;
  fulfils: Fulfils;
  representations: Representations;
}
