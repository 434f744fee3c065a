import { z } from 'zod';
import { flag, json } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** The page for developers. */
export interface GraphiqlConfig {
  /** Null for a page with one empty tab. */
  operationsFolder: string | null;
  signIn: SignInConfig | null;
}

/** How the GraphiQL page signs somebody in. */
export interface SignInConfig {
  /** A file with a mutation whose variables become the form. */
  file: string;
  /** Where in its data the access token stands, for example "signIn.session.accessToken". */
  tokenPath: string;
  /** The form's fields hold these values at first, by variable: a demo login in development. */
  values: Readonly<Record<string, string>>;
}

export const GRAPHIQL_VARIABLES = {
  GRAPHIQL: flag().default(false),
  GRAPHIQL_OPERATIONS: z.string().optional(),
  GRAPHIQL_SIGN_IN: z.string().optional(),
  GRAPHIQL_TOKEN_PATH: z.string().optional(),
  GRAPHIQL_SIGN_IN_VALUES: json(z.record(z.string(), z.string()), '{"name":"ada"}').default({}),
};

type Variables = VariablesOf<typeof GRAPHIQL_VARIABLES>;

export const SIGN_IN_IS_WHOLE = {
  holds: ({ GRAPHIQL_SIGN_IN, GRAPHIQL_TOKEN_PATH }: Partial<Variables>) =>
    (GRAPHIQL_SIGN_IN === undefined) === (GRAPHIQL_TOKEN_PATH === undefined),
  path: ['GRAPHIQL_TOKEN_PATH'],
  message: 'takes the path of the token in the answer of GRAPHIQL_SIGN_IN; set both or none',
};

export function graphiqlOf(variables: Variables): GraphiqlConfig | null {
  const {
    GRAPHIQL_OPERATIONS: operationsFolder = null,
    GRAPHIQL_SIGN_IN: file,
    GRAPHIQL_TOKEN_PATH: tokenPath,
    GRAPHIQL_SIGN_IN_VALUES: values,
  } = variables;
  if (!variables.GRAPHIQL) return null;
  const signIn = file === undefined || tokenPath === undefined ? null : { file, tokenPath, values };
  return { operationsFolder, signIn };
}
