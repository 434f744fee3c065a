import type { ValidationRule } from 'graphql';
import type { LimitsConfig } from '../config/limits.ts';
import { limitAliases } from './limit-aliases.ts';
import { limitDepth } from './limit-depth.ts';
import { limitDirectives } from './limit-directives.ts';
import { limitRepeats } from './limit-repeats.ts';
import { limitRootFields } from './limit-root-fields.ts';
import { limitSelections } from './limit-selections.ts';

/**
 * What no document may exceed. Each takes a time that grows with the length of the document alone, whatever its fragments
 * do; to be checked before the specification's rules, some of which compare everything with everything.
 */
export function documentLimits({
  depth,
  aliases,
  directives,
  rootFields,
}: Pick<LimitsConfig, 'depth' | 'aliases' | 'directives' | 'rootFields'>): ValidationRule[] {
  return [
    limitDepth(depth),
    limitAliases(aliases),
    limitDirectives(directives),
    limitRootFields(rootFields),
    limitRepeats(),
    limitSelections(),
  ];
}
