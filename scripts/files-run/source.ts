import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** What a file of the project says of itself. */
export interface Source {
  path: string;
  /** The project's files that it imports, types too, with the names that it takes: "*" for all of them. */
  imports: ReadonlyMap<string, readonly string[]>;
  exportedTypes: readonly string[];
  /** Those that have a name of their own or are called by one. */
  functions: readonly { name: string; lines: number }[];
}

/** Reads a file's code. */
export function readSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports = new Map<string, string[]>();
  const functions: { name: string; lines: number }[] = [];

  function take(specifier: ts.Node | undefined, names: readonly string[]): void {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const target = ownPath(path, specifier.text);
    if (target !== undefined) imports.set(target, [...(imports.get(target) ?? []), ...names]);
  }

  function visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node)) take(node.moduleSpecifier, importedNames(node));
    else if (ts.isExportDeclaration(node)) take(node.moduleSpecifier, ['*']);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      take(node.argument.literal, ['*']);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      take(node.arguments[0], ['*']);
    else if (ts.isFunctionLike(node) && 'body' in node && node.body) functions.push(measured(file, node));
    ts.forEachChild(node, visit);
  }

  visit(file);
  return { path, imports, functions, exportedTypes: file.statements.flatMap(exportedType) };
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  if (bindings === undefined || ts.isNamespaceImport(bindings)) return ['*'];
  return bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

function exportedType(statement: ts.Statement): string[] {
  if (!ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement)) return [];
  const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  return isExported ? [statement.name.text] : [];
}

function measured(file: ts.SourceFile, node: ts.SignatureDeclaration): { name: string; lines: number } {
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
  return {
    name: named?.getText(file) ?? '(a function without a name)',
    lines: lineOf(node.getEnd()) - lineOf(node.getStart(file)) + 1,
  };
}

function ownPath(importer: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.') ? normalize(join(dirname(importer), specifier)) : undefined;
}
