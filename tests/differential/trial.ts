import type { Faults } from './faults.ts';
import type { GeneratedOperation } from './generate.ts';

/** An operation with what is injected while it runs. */
export interface Trial {
  operation: GeneratedOperation;
  faults: Faults;
}
