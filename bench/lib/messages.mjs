/**
 * The messages of all rows: boiler readings as JSON of an exact size, several different ones, so that nobody parses
 * the same text over and over.
 */

const VARIANTS = 64;

/** Bytes of JSON: a reading, and one with a list of them. */
export const SMALL = 96;
export const LARGE = 2_048;

/** What a reading is, as the embedded server and `types` checking know it. */
export const DEFINITION = {
  name: 'boiler_data',
  version: 1,
  fields: [
    { name: 'boiler', type: 'integer' },
    { name: 'temperature', type: 'float' },
    { name: 'pressure', type: 'integer' },
    { name: 'at', type: 'date' },
    { name: 'note', type: 'string' },
    {
      name: 'readings',
      type: 'array<object>',
      fields: [
        { name: 'sensor', type: 'string' },
        { name: 'value', type: 'float' },
        { name: 'at', type: 'date' },
      ],
    },
  ],
};

export const STREAM = DEFINITION.name;

/** Messages whose JSON has exactly so many bytes (from 10); from 1 KB on, most of it is a list of readings. */
export function messagesOf(bytes) {
  return Array.from({ length: VARIANTS }, (_, index) => message(bytes, index));
}

function message(bytes, index) {
  // Too small for a reading.
  if (bytes < 90) return { a: filler(bytes - 8, index) };
  const reading = {
    boiler: 10 + (index % 80),
    temperature: 60.5 + (index % 30),
    pressure: 3000 + index,
    at: '2026-02-03T04:05:06Z',
  };
  if (bytes >= 1_000) reading.readings = readings(bytes - 200, index);
  const rest = bytes - JSON.stringify({ ...reading, note: '' }).length;
  if (rest < 0) throw new Error(`No message has ${bytes} bytes.`);
  return { ...reading, note: filler(rest, index) };
}

function readings(bytes, index) {
  const one = (at) => ({
    sensor: `sensor-${at % 10}`,
    value: 20.25 + ((index + at) % 60),
    at: '2026-02-03T04:05:06Z',
  });
  const count = Math.floor(bytes / (JSON.stringify(one(0)).length + 1));
  return Array.from({ length: count }, (_, at) => one(at));
}

function filler(length, index) {
  return length <= 0 ? '' : String.fromCharCode(97 + (index % 26)).repeat(length);
}
