/**
 * Cuts the declarations beside index.d.ts down to what that gives, and what they are made of: whoever has the package sees
 * nothing internal, and needs no types of what only the inside is made of (`ws`).
 */

import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
// TypeScript 7 has no interface for programs.
import ts from 'typescript-api';

const END = '.d.ts';

/**
 * @param {string} folder with index.d.ts
 * @returns what is kept and is not given by index.d.ts, as `file: name`: its parts appear in signatures, without a name to
 * users.
 */
export async function cutTypes(folder) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(END));
  const modules = new Map();
  for (const name of names) {
    const path = join(folder, name);
    modules.set(path, readModule(path, await readFile(path, 'utf8')));
  }
  const index = join(folder, `index${END}`);
  const given = new Set();
  for (const name of modules.get(index).others.keys()) given.add(need(modules, index, name));
  const hidden = [];
  await Promise.all(
    [...modules].map(async ([path, module]) => {
      if (path === index) return;
      if (module.kept.size === 0) await rm(path);
      else await writeFile(path, textOf(module));
      for (const [name, statements] of module.own) {
        if (statements.some((one) => module.kept.has(one)) && !given.has(`${path} ${name}`)) {
          hidden.push(`${relative(folder, path).slice(0, -END.length)}: ${name}`);
        }
      }
    }),
  );
  return hidden.sort();
}

/** What a file declares itself, and what it has from others, by the names that these have in it. */
function readModule(path, text) {
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const own = new Map();
  const others = new Map();
  const from = ({ moduleSpecifier }) => join(dirname(path), `${moduleSpecifier.text}${END}`);
  for (const statement of statements) {
    const list = statement.importClause?.namedBindings?.elements ?? statement.exportClause?.elements ?? [];
    const isNear = statement.moduleSpecifier?.text.startsWith('.');
    for (const element of list) {
      const { name, propertyName } = element;
      const its = { name: (propertyName ?? name).text, path: isNear && from(statement), statement, element };
      // Some files import a name, and give it on, too.
      others.set(name.text, [...(others.get(name.text) ?? []), its]);
    }
    for (const { name } of statement.declarationList?.declarations ?? [statement]) {
      if (name !== undefined) own.set(name.text, [...(own.get(name.text) ?? []), statement]);
    }
  }
  return { text, statements, own, others, kept: new Set(), used: new Set() };
}

/** Keeps it, and all that it is made of. Returns where it is declared. */
function need(modules, path, name) {
  const module = modules.get(path);
  const others = module.others.get(name) ?? [];
  for (const { statement, element } of others) {
    module.kept.add(statement);
    module.used.add(element);
  }
  if (others.length > 0) return others[0].path && need(modules, others[0].path, others[0].name);
  for (const statement of module.own.get(name) ?? []) {
    if (module.kept.has(statement)) continue;
    module.kept.add(statement);
    for (const each of namesIn(statement)) need(modules, path, each);
  }
  return `${path} ${name}`;
}

/** More names than are meant perhaps, as those of properties are among them; but none less. */
function namesIn(statement) {
  const names = new Set();
  const visit = (node) => {
    const { parent } = node;
    const isMember = parent?.name === node && (ts.isTypeElement(parent) || ts.isClassElement(parent));
    if (ts.isIdentifier(node) && !isMember && !ts.isParameter(parent)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return names;
}

function textOf({ text, statements, kept, used }) {
  const parts = statements.map((statement) => {
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined) return '\nexport {};';
    if (!kept.has(statement)) return '';
    const named = statement.importClause?.namedBindings ?? statement.exportClause;
    if (named?.elements === undefined) return text.slice(statement.getFullStart(), statement.end);
    const left = named.elements.filter((one) => used.has(one)).map((one) => one.getText());
    return `${text.slice(statement.getStart(), named.getStart())}{ ${left.join(', ')} }${text.slice(named.end, statement.end)}`;
  });
  return `${parts
    .filter((part) => part !== '')
    .join('\n')
    .trim()}\n`;
}
