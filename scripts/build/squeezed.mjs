/**
 * A script as short as it can be made without another name for anything that others see. What esbuild leaves: functions
 * that are called once are put where they are called, statements become expressions, and declarations become arrows.
 */

import { minify } from 'uglify-js';
import { BuildError } from './build-error.mjs';
import { childrenOf, edited, treeOf, visit } from './syntax.mjs';

/** What has a `this` of its own. */
const OWN_THIS = ['FunctionDeclaration', 'FunctionExpression', 'ClassBody'];

/** What an arrow has from around it, instead of its own. */
const OF_FUNCTIONS = ['ThisExpression', 'Super', 'MetaProperty'];

/** That many times `this` is longer than a name for it, and where it has it from. */
const OFTEN = 5;

/**
 * @param {string} name of the file, for errors
 * @param {string} text
 * @param {{ unsafe?: boolean }} options `unsafe` where objects that are never changed may be taken apart
 */
export function squeezed(name, text, { unsafe = false } = {}) {
  const options = { compress: { passes: 3, keep_fargs: false, functions: false, unsafe } };
  return withoutThis(minified(name, withArrows(text), options));
}

/** Nothing but shorter names for what is the script's own. */
export function renamed(name, text) {
  return minified(name, text, { compress: false });
}

function minified(name, text, options) {
  const { code, error } = minify(text, options);
  if (error) throw new BuildError(`${name}: ${error.message}`);
  return code;
}

/** Functions stand before all that is beside them, as arrows too: who is declared can be called from above. */
function withArrows(text) {
  const program = treeOf(text);
  const made = new Set();
  visit(program, ({ type, callee }) => type === 'NewExpression' && made.add(callee.name));
  return written(program);

  function written(node) {
    const functions = Array.isArray(node.body) ? node.body.filter(canBeArrow) : [];
    const pieces = [];
    let end = node.start;
    for (const child of childrenOf(node)) {
      if (child.start < end) continue; // The name of a shorthand property is its value, too.
      pieces.push(text.slice(end, child.start));
      if (!functions.includes(child)) pieces.push(written(child));
      end = child.end;
    }
    pieces.push(text.slice(end, node.end));
    if (functions.length === 0) return pieces.join('');
    const rest = pieces.join('');
    const first = node.type === 'Program' ? 0 : 1;
    return `${rest.slice(0, first)}let ${functions.map(arrowOf)};${rest.slice(first)}`;
  }

  function canBeArrow(node) {
    return (
      node.type === 'FunctionDeclaration' && !node.generator && !made.has(node.id.name) && !isBound(node)
    );
  }

  function arrowOf({ id, async: waits, params, body }) {
    return `${id.name}=${waits ? 'async' : ''}(${params.map(written)})=>${written(body)}`;
  }
}

/** A method that says `this` often has it by a name. */
function withoutThis(text) {
  const edits = [];
  visit(treeOf(text), (method) => {
    if (method.type !== 'FunctionExpression') return;
    const said = ofItself(method.body);
    // A constructor that calls another's has none yet.
    if (said.length < OFTEN || said.some(({ type }) => type === 'Super')) return;
    edits.push({ start: method.body.start + 1, end: method.body.start + 1, by: 'let self=this;' });
    for (const { start, end } of said) edits.push({ start, end, by: 'self' });
  });
  return edited(text, edits);
}

/** Where a method says `this` or `super`, arrows within it included. */
function ofItself(node) {
  if (['ThisExpression', 'Super'].includes(node.type)) return [node];
  return childrenOf(node).flatMap((child) => (OWN_THIS.includes(child.type) ? [] : ofItself(child)));
}

function isBound(node) {
  if (OF_FUNCTIONS.includes(node.type) || node.name === 'arguments') return true;
  return childrenOf(node).some((child) => !OWN_THIS.includes(child.type) && isBound(child));
}
