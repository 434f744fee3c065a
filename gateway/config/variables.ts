import type { z } from 'zod';

/** The values of the variables of these schemes once they are read. */
export type VariablesOf<Shape extends z.core.$ZodShape> = z.output<z.ZodObject<Shape>>;
