/** Two builds of this package in one run: each side that is of the package is there twice, and they take turns. */

/** @param side one that another build of this package may stand in for */
export function ours(side) {
  return Object.assign(side, { isOurs: true });
}

/**
 * @param {string | undefined} packageDir the other build; none: all is as it was
 * @returns the group, with the other build's sides as `before: stream out`, held to the same goals
 */
export function beside(group, packageDir) {
  const own = Object.keys(group.sides).filter((name) => group.sides[name].isOurs);
  if (packageDir === undefined || own.length === 0) return group;
  const others = own.map((name) => [before(name), (setup) => group.sides[name]({ ...setup, packageDir })]);
  const same = group.rows.filter(({ of }) => own.includes(of));
  return {
    ...group,
    sides: { ...group.sides, ...Object.fromEntries(others) },
    rows: [
      ...group.rows,
      ...own.map((name) => ({ of: name, to: before(name) })),
      ...same.map(({ of, to, as, ...row }) => ({
        ...row,
        of: before(of),
        to: own.includes(to) ? before(to) : to,
        as: before(as ?? `${of} / ${to}`),
      })),
    ],
  };
}

function before(name) {
  return `before: ${name}`;
}
