/** What must be in no text of ours, hidden from all that comes from outside, in whatever form it comes back. */
import { percentDecoded } from '../../protocol/http/percent';
import type { Words } from '../../sentences';
import { readPem } from './pem';

/** What of credentials is to be known here. */
interface Known {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** A token; what gives one is of no interest: see {@link Secrets.learn}. */
  readonly jwt?: unknown;
  /** PEM. */
  readonly privateKey?: string;
}

/** Characters of a text from outside that are told, at the most. */
const LONGEST_TOLD = 1_000;

/** A shorter secret is part of many a word: it is hidden only where it stands by itself. */
const ANYWHERE = 6;

/** Letters of a longer one that are known at either end: a pattern of all of it may be larger than one can be. */
const EDGE = 1_024;

/** Bytes of a dump by which a secret is known. */
const SHOWN = 16;

/** Tokens are renewed, and credentials given anew; an answer may quote the last ones. */
const KEPT = 4;

const HIDDEN = '***';

export class Secrets {
  readonly #lasting: readonly string[];
  /** Of each credentials that were given. */
  #given: readonly (readonly string[])[] = [];
  #tokens: readonly string[] = [];
  #pattern: RegExp | undefined;

  /** @param proxy with its user and password, which are secrets too. */
  constructor(credentials: Known, proxy?: URL) {
    this.#lasting = proxy
      ? [
          percentDecoded(proxy.username),
          ...basic(percentDecoded(proxy.username), percentDecoded(proxy.password)),
        ]
      : [];
    this.know(credentials);
  }

  /** Credentials that take the place of those before. */
  know({ clientId, clientSecret = '', jwt, privateKey = '' }: Known): void {
    this.#given = [...this.#given, [...basic(clientId, clientSecret), ...linesOf(privateKey)]].slice(-KEPT);
    this.#pattern = undefined;
    if (typeof jwt === 'string') this.learn(jwt);
  }

  /** A token that was just made or fetched. */
  learn(token: string): void {
    if (this.#tokens.includes(token)) return;
    this.#tokens = [...this.#tokens, token].slice(-KEPT);
    this.#pattern = undefined;
  }

  /** The text without any secret: raw, escaped for JSON, an address or HTML, or in base64, whatever stands around it. */
  hide(text: string): string {
    this.#pattern ??= patternOf([...this.#lasting, ...this.#given.flat(), ...this.#tokens.flatMap(partsOf)]);
    return text.replace(this.#pattern, HIDDEN);
  }

  /**
   * What is wrong with the text once the secrets are taken from it: errors quote a few letters, half a secret perhaps.
   * Nothing: that mended it.
   */
  thrownBy(read: (text: string) => unknown, text: string): unknown {
    try {
      read(this.hide(text));
      return undefined;
    } catch (thrown) {
      return thrown;
    }
  }

  /** What may be told of words from outside: without secrets, and each text no longer than anybody reads. */
  fitToTell(text: string): string;
  fitToTell(words: Words): Words;
  fitToTell(words: Words): Words {
    if (typeof words === 'string') return cut(this.hide(words));
    if (typeof words === 'number') return words;
    if (!('key' in words)) return words.map((part) => this.fitToTell(part));
    const values = Object.entries(words.values).map(([gap, value]) => [gap, this.fitToTell(value)] as const);
    return { key: words.key, values: Object.fromEntries(values) };
  }
}

function cut(text: string): string {
  return text.length > LONGEST_TOLD ? `${text.slice(0, LONGEST_TOLD).toWellFormed()}…` : text;
}

/** A password, also with its user, and as the header has both. */
function basic(user: string, password: string): string[] {
  if (password === '') return [];
  return [password, `${user}:${password}`, Buffer.from(`${user}:${password}`).toString('base64')];
}

/** A token's signature is what nobody else can make. */
function partsOf(token: string): string[] {
  return [token, token.split('.')[2] ?? ''];
}

/** A part of a key is enough to be no secret any more; of a PEM that is none, nothing is known. */
function linesOf(pem: string): readonly string[] {
  return pem === '' ? [] : (readPem(pem)?.lines ?? [pem]);
}

/** Nothing that is empty, and no single letter, which would be hidden from every text. */
function patternOf(secrets: readonly string[]): RegExp {
  const forms = new Set<string>();
  const known = secrets.filter(({ length }) => length > 1);
  // The longest first: where two begin alike, the first in the pattern is taken.
  for (const secret of known.sort((a, b) => b.length - a.length)) {
    for (const text of [...inBase64(secret), secret]) for (const form of ofAnyLength(text)) forms.add(form);
    if (secret.length >= ANYWHERE) for (const form of inBytes(secret)) forms.add(form);
  }
  return new RegExp([...forms].join('|') || '(?!)', 'gu');
}

/** Not within a word; the escape before it in `%3Asecret` is none. */
function alone(secret: string): string {
  const start = /^[\p{L}\p{N}]/u.test(secret) ? '(?:(?<![\\p{L}\\p{N}])|(?<=%[\\dA-Fa-f]{2}))' : '';
  const end = /[\p{L}\p{N}]$/u.test(secret) ? '(?![\\p{L}\\p{N}])' : '';
  return start + anyForm(secret) + end;
}

/** The secret within the base64 of anything: what stands before it shifts it by none, one or two bytes. */
function inBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const found = [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // Without the letters that hold bits of its neighbours.
    return whole.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
  return found
    .filter(({ length }) => length > ANYWHERE)
    .flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** Byte by byte, as dumps have it, to the base of 16 or 10: from its beginning on, as Node.js shows 50 of them. */
function inBytes(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const head = [...bytes.subarray(0, SHOWN)];
  const isLonger = bytes.length > SHOWN;
  const hexes = head.map((byte) => hex(byte, 2)).join('[ :,]*(?:0x)?');
  const numbers = `(?<!\\d)${head.join(',\\s*')}`;
  // Of one class of characters, as a repeated group takes a place on the stack each time.
  return isLonger
    ? [`${hexes}(?:[ :,x\\dA-Fa-f]*[\\dA-Fa-f])?`, `${numbers}(?:[,\\s\\d]*\\d)?`]
    : [hexes, `${numbers}(?!\\d)`];
}

/** Of a long one, all from its beginning to its end, or either of them where the other is missing. */
function ofAnyLength(text: string): string[] {
  if (text.length < ANYWHERE) return [alone(text)];
  if (text.length <= 2 * EDGE) return [anyForm(text)];
  const letters = Array.from(text);
  const [head = '', tail = ''] = [letters.slice(0, EDGE), letters.slice(-EDGE)].map((edge) =>
    anyForm(edge.join('')),
  );
  return [`${head}(?:[^]*${tail}|[^\\s"<>]*)`, tail];
}

function anyForm(text: string): string {
  return Array.from(text, formsOf).join('');
}

const NAMED: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

/** All that a letter may have become on its way, as a pattern: in an address, in JSON, in HTML. */
function formsOf(letter: string): string {
  const literal = letter.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  if (/^[A-Za-z0-9]$/.test(letter)) return literal;
  const point = letter.codePointAt(0) ?? 0;
  const escapes = [
    Array.from(Buffer.from(letter), (byte) => `%${hex(byte, 2)}`).join(''),
    Array.from(letter.split(''), (unit) => `\\\\u${hex(unit.charCodeAt(0), 4)}`).join(''),
    JSON.stringify(letter).slice(1, -1).replaceAll('\\', '\\\\'),
    `&#0*${point};`,
    `&#[xX]0*${hex(point, 1)};`,
    ...(letter in NAMED ? [`&${NAMED[letter]};`] : []),
    ...(letter === '/' ? ['\\\\/'] : []),
    ...(letter === ' ' ? ['\\+'] : []),
  ].filter((form) => form !== letter);
  return `(?:${[...escapes, literal].join('|')})`;
}

/** A pattern, as its digits may be large or small. */
function hex(number: number, digits: number): string {
  const text = number.toString(16).padStart(digits, '0');
  return text.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
