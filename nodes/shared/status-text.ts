/** A status's text: Node-RED draws all of it in one line, over the flow. The sidebar and the log have the whole of it. */

/**
 * Columns: that nobody answers at an address, and when the next try is, has room. With 100 of a reason alone, and more beside
 * it, it ran over what stands beneath the next nodes.
 */
const LONGEST = 80;

/** Characters as wide as two: pictures, and those of Chinese, Japanese and Korean. */
const WIDE = /[\p{Emoji_Presentation}\u{1100}-\u{115f}\u{2329}\u{232a}\u{2e80}-\u{10ffff}]/gu;

/** Some reasons are sentences: "…, so nothing can listen there., next try within 4 s". */
const FULL_STOP = /[\s.。．]+$/;

/**
 * Of a reason, whatever stands beside it. With 20, what comes next was cut where the wait is long and so is the count: in German,
 * 18 are left beside ten digits and a day.
 */
const LEAST = 10;

/**
 * @param frame what else is said, with the reason in it: that is what is cut.
 * @param before what is to stand before it.
 */
export function framed(reason: string, frame: (reason: string) => string, before = ''): string {
  const room = LONGEST - columnsOf(before) - columnsOf(frame(''));
  return frame(short(reason.replace(FULL_STOP, ''), Math.max(room, LEAST)));
}

export function short(text: string, longest = LONGEST): string {
  if (columnsOf(text) <= longest) return text;
  let room = longest - 1;
  let kept = '';
  for (const character of text) {
    room -= columnsOf(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

function columnsOf(text: string): number {
  return [...text].length + (text.match(WIDE)?.length ?? 0);
}
