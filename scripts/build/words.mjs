/**
 * Words that scripts say often: texts, names of properties, a few globals. Each is written once, in the first script, as
 * the value of a variable; the others have it from there, by its place in a list.
 */

import { edited, treeOf, visit } from './syntax.mjs';

/** What is the same for as long as a page lives, and nobody puts another in its place. */
const GLOBALS = [
  'AbortController',
  'Array',
  'Error',
  'HTMLInputElement',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'RED',
  'Reflect',
  'Set',
  'String',
  'document',
  'encodeURIComponent',
  'window',
];

const KEYED = ['Property', 'MethodDefinition', 'PropertyDefinition'];

/** Names that mean something else when they are computed. */
const SPECIAL = ['__proto__', 'constructor'];

/** How long the variable of a word is taken to be. */
const NAME = 'xx';

/** How a part has a word. */
const TAKEN = `00:${NAME}`;

/** What stands in front of a variable until it gets its short name. */
const VARIABLE = 'word_';

/**
 * @param {readonly string[]} texts of scripts, the first script's first
 * @returns {string[]} the words that are worth it, as what they are in a script; those first that most scripts need
 */
export function commonWords([first, ...parts]) {
  const saved = savings(first);
  const takers = new Map();
  for (const part of parts) {
    for (const [word, inPart] of worthTaking(part)) {
      saved.set(word, (saved.get(word) ?? 0) + inPart - entry(TAKEN));
      takers.set(word, (takers.get(word) ?? 0) + 1);
    }
  }
  return [...saved.keys()]
    .filter((word) => saved.get(word) > entry(`${NAME}=${word}`))
    .sort((one, other) => (takers.get(other) ?? 0) - (takers.get(one) ?? 0));
}

/** The first script with words as variables, and the list of them in `place`. */
export function sayingWords(text, words, place) {
  if (words.length === 0) return text;
  const saved = savings(text);
  const variables = words.map((word, index) => ({ word, name: `${VARIABLE}${index}` }));
  const list = variables.map(({ name }) => name);
  // The first names that are given are the shortest.
  variables.sort((one, other) => (saved.get(other.word) ?? 0) - (saved.get(one.word) ?? 0));
  const declared = variables.map(({ word, name }) => `${name}=${word}`);
  return within(said(text, words), `var ${declared};`, `;${place}=[${list}]`);
}

/** Another script with what it needs of the list in `place`. */
export function takingWords(text, words, place) {
  const worthIt = worthTaking(text);
  const taken = words.map((word) => (worthIt.has(word) ? word : undefined));
  const variables = words.flatMap((word, index) =>
    worthIt.has(word) ? [`${index}:${VARIABLE}${index}`] : [],
  );
  return variables.length === 0 ? text : within(said(text, taken), `var{${variables}}=${place};`);
}

function worthTaking(text) {
  return new Map([...savings(text)].filter(([, saved]) => saved > entry(TAKEN)));
}

function entry(text) {
  return text.length + 1;
}

/** All scripts are one function that is called at once. */
function within(text, before, after = '') {
  const [start, end] = [text.indexOf('{') + 1, text.lastIndexOf('}')];
  return `${text.slice(0, start)}${before}${text.slice(start, end)}${after}${text.slice(end)}`;
}

/** How many characters less each word would take, said by a variable. */
function savings(text) {
  const saved = new Map();
  for (const { word, start, end, by } of placesOf(text)) {
    saved.set(word, (saved.get(word) ?? 0) + Math.max(0, end - start - by(NAME).length));
  }
  return saved;
}

function said(text, words) {
  const edits = placesOf(text).flatMap(({ word, start, end, by }) => {
    const index = words.indexOf(word);
    if (index < 0 || end - start <= by(NAME).length) return [];
    return [{ start, end, by: by(`${VARIABLE}${index}`) }];
  });
  return edited(text, edits);
}

/** Where a text says a word, and how it would say it by a variable. */
function placesOf(text) {
  const places = [];
  const apart = (start, end) => (variable) => {
    const [before, after] = [text[start - 1], text[end]].map((next) => (/[\w$]/.test(next) ? ' ' : ''));
    return `${before}${variable}${after}`;
  };
  const note = ({ start, end }, word) => places.push({ word, start, end, by: apart(start, end) });
  visit(treeOf(text), (node, parent) => {
    const { type, start, end } = node;
    const isKey = (parent?.key === node && !parent.computed) || parent?.shorthand;
    if (type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier') {
      const dot = text.lastIndexOf(node.optional ? '?.' : '.', node.property.start);
      const by = (variable) => `${node.optional ? '?.' : ''}[${variable}]`;
      places.push({ word: JSON.stringify(node.property.name), start: dot, end, by });
    } else if (KEYED.includes(type) && isPlain(node)) {
      const { key } = node;
      const by = (variable) => `[${variable}]`;
      places.push({ word: JSON.stringify(key.name ?? key.value), start: key.start, end: key.end, by });
    } else if (type === 'Literal' && typeof node.value === 'string' && !isKey && !parent.directive) {
      note(node, JSON.stringify(node.value));
    } else if (type === 'UnaryExpression' && text.slice(start, end) === 'void 0') {
      note(node, 'void 0');
    } else if (type === 'Literal' && node.raw === 'null') {
      note(node, 'null');
    } else if (type === 'Identifier' && GLOBALS.includes(node.name) && !isKey && !isMember(node, parent)) {
      note(node, node.name);
    }
  });
  return places;
}

/** Whether it is the same by a computed name. */
function isPlain({ shorthand, computed, key }) {
  const name = key.name ?? key.value;
  return !shorthand && !computed && key.type !== 'PrivateIdentifier' && !SPECIAL.includes(name);
}

function isMember(node, parent) {
  return parent?.type === 'MemberExpression' && parent.property === node && !parent.computed;
}
