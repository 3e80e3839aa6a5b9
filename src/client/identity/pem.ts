/** Keys in PEM form, as they come out of a field of one line, or of a variable. */

export interface Pem {
  /** `PRIVATE KEY`, `RSA PRIVATE KEY`, `PUBLIC KEY`, or what else it says that it is. */
  readonly kind: string;
  /** Each a part of a secret, if it is one. */
  readonly lines: readonly string[];
}

const BEGINNING = /-----BEGIN ([A-Z0-9 ]+)-----/;

/** In such a place line breaks have become blanks, or the two characters of an escape. */
const BREAK = /\\[rn]|\s/g;

const LINE_LENGTH = 64;

/** The first one of the text. */
export function readPem(text: string): Pem | undefined {
  const beginning = BEGINNING.exec(text);
  const [marker = '', kind] = beginning ?? [];
  if (beginning === null || kind === undefined) return undefined;
  const begin = beginning.index + marker.length;
  // Looked for once: a pattern of both would begin anew at each beginning without an end.
  const end = text.indexOf(`-----END ${kind}-----`, begin);
  if (end < 0) return undefined;
  const lines =
    text
      .slice(begin, end)
      .replace(BREAK, '')
      .match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? [];
  return { kind, lines };
}

export function writePem({ kind, lines }: Pem): string {
  return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`, ''].join('\n');
}
