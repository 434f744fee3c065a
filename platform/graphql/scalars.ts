import { GraphQLError, GraphQLScalarType } from 'graphql';
import { DateResolver, DateTimeResolver, URLResolver } from 'graphql-scalars';

/** A time of day without seconds; 24:00 ends a day. The library's own LocalTime knows no such end. */
const LocalTime = localScalar('LocalTime', /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, '06:30');

/** A day and a time of day without seconds, at a place that stands beside it. */
const LocalDateTime = localScalar(
  'LocalDateTime',
  /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d$/,
  '2026-11-30T18:00',
);

/** Every scalar that a subgraph may declare, by name. */
export const SCALARS = {
  DateTime: DateTimeResolver,
  Date: DateResolver,
  URL: URLResolver,
  LocalTime,
  LocalDateTime,
};

/** Wall-clock time: a text of one form, in and out. */
function localScalar(name: string, form: RegExp, example: string): GraphQLScalarType<string, string> {
  const read = (value: unknown): string => {
    if (typeof value === 'string' && form.test(value)) return value;
    throw new GraphQLError(`${name} takes a text such as "${example}".`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  };
  return new GraphQLScalarType({
    name,
    serialize: read,
    parseValue: read,
    parseLiteral: (node) => read('value' in node ? node.value : undefined),
  });
}
