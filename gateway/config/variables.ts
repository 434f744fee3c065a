import type { z } from 'zod';

/** What variables of these schemes hold once they are read. */
export type VariablesOf<Shape extends z.core.$ZodShape> = z.output<z.ZodObject<Shape>>;
