/** What the build makes for the editor, its pages read as the public flow library and Node-RED read them. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Node, type ObjectExpression, type Property, parse } from 'acorn';
import { simple } from 'acorn-walk';
import { withFields } from '../../../nodes/shared/editor/fields/page-fields.editor';
import { ROOT } from '../root';

/** All node types, as package.json names them to Node-RED. */
export const NODE_TYPES: readonly string[] = Object.keys(
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))['node-red'].nodes,
);

export function sourceFolder(type: string): string {
  return join(ROOT, 'nodes', type);
}

interface EditorFiles {
  /** By the names of files in `resources/`. */
  readonly resources: ReadonlyMap<string, string>;
  readonly pages: ReadonlyMap<string, string>;
}

type Editor = (root: string, nodes: object[], options: { light: boolean }) => Promise<EditorFiles>;

let files: Promise<EditorFiles> | undefined;

/** What the build makes of this checkout for the editor, but for how light its scripts are: that takes seven times as long. */
export function editorFiles(): Promise<EditorFiles> {
  files ??= makeFiles();
  return files;
}

async function makeFiles(): Promise<EditorFiles> {
  const { editor }: { editor: Editor } = await import(
    pathToFileURL(join(ROOT, 'scripts', 'editor.mjs')).href
  );
  const nodes = NODE_TYPES.map((type) => ({ type, source: sourceFolder(type) }));
  return editor(ROOT, nodes, { light: false });
}

/** A page as it is once the editor has it: with its fields drawn, and all values in quotes. */
export async function editorPage(type: string): Promise<string> {
  const page = (await editorFiles()).pages.get(type);
  if (page === undefined) throw new Error(`no page for ${type}`);
  const [registration = '', template = ''] = page.split('\n\n');
  const drawn = withFields(type, template);
  const quoted = drawn.replace(/<[^>]*>/g, (tag) => tag.replace(/=([^\s"'>]+)/g, '="$1"'));
  return `${registration}\n\n${quoted}`;
}

/** The text of all editor sources of one node type; those that all share are the server's, as their texts are. */
export function editorSources(type: string): string {
  const shared = type === 'stream-sea-server' ? [join(ROOT, 'nodes', 'shared')] : [];
  return [sourceFolder(type), ...shared]
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((file) => file.endsWith('.editor.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

/** What the flow library learns of a node type; everything in it must stand there literally. */
export interface Registration {
  literals: Record<string, unknown>;
  defaults: string[];
  credentials: string[];
}

/**
 * Finds `registerType('literal', { ... })` in the scripts of a page by the rules of the flow library's validator.
 *
 * @throws Error naming what the validator would not see.
 */
export function registrations(page: string): Map<string, Registration> {
  const found = new Map<string, Registration>();
  const scripts = [...page.matchAll(/<script.+?type=['"]text\/javascript['"].*?>([\s\S]*?)<\/script>/gi)];
  for (const [, script = ''] of scripts) {
    simple(parse(script, { ecmaVersion: 'latest' }), {
      CallExpression(call) {
        const callee = call.callee;
        if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
        if (callee.property.name !== 'registerType') return;
        const [type, definition] = call.arguments;
        if (type?.type !== 'Literal') throw new Error('the type is not a literal');
        if (definition?.type !== 'ObjectExpression')
          throw new Error('the definition is not an inline object');
        found.set(String(type.value), registration(definition));
      },
    });
  }
  return found;
}

const LITERALS = ['category', 'color', 'icon', 'inputs', 'outputs'];

function registration(definition: ObjectExpression): Registration {
  const result: Registration = { literals: {}, defaults: [], credentials: [] };
  for (const property of plainProperties(definition)) {
    const name = keyOf(property);
    if (LITERALS.includes(name)) {
      if (property.value.type !== 'Literal') throw new Error(`${name} is not a literal`);
      result.literals[name] = property.value.value;
    }
    if (name === 'defaults' || name === 'credentials') result[name] = keysOf(property.value, name);
  }
  return result;
}

function keysOf(value: Node, name: string): string[] {
  if (value.type !== 'ObjectExpression') throw new Error(`${name} is not an inline object`);
  return plainProperties(value as ObjectExpression).map(keyOf);
}

function plainProperties(object: ObjectExpression): Property[] {
  return object.properties.map((property) => {
    if (property.type !== 'Property') throw new Error('a spread hides properties from the flow library');
    return property;
  });
}

function keyOf({ key }: Property): string {
  if (key.type !== 'Identifier') throw new Error('a quoted or computed key is invisible to the flow library');
  return key.name;
}
