/** Where something that lies over the page covers nothing that one presses or writes into. */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const GAP = 8;
const NEEDED =
  "a[href], button, input, select, textarea, summary, iframe, [role=menuitem], [role=option], [role=checkbox]";

/** The lowest free place, at the right before the middle and the left; where none is free, the one that covers least. */
export function clearing(width: number, height: number, room: Box, taken: Box[]): Box {
  const columns = [room.right - width, (room.left + room.right - width) / 2, room.left];
  const floors = [room.bottom, ...taken.map((box) => box.top - GAP)]
    .filter((floor) => floor <= room.bottom && floor - height >= room.top)
    .sort((one, other) => other - one);
  let best = boxAt(columns[0] ?? 0, room.bottom);
  let least = Infinity;
  for (const left of columns)
    for (const floor of floors) {
      const box = boxAt(left, floor);
      const covered = taken.reduce((sum, each) => sum + shared(box, each), 0);
      if (covered < least) [best, least] = [box, covered];
      if (covered === 0) return best;
    }
  return best;

  function boxAt(left: number, bottom: number): Box {
    return { left, top: bottom - height, right: left + width, bottom };
  }
}

/** What of the page can be reached with the pointer now, beside what lies in `own`. What fills most of it does not count. */
export function takenBeside(own: Element, room: Box): Box[] {
  const most = areaOf(room) / 2;
  return [...document.querySelectorAll(NEEDED)].flatMap((element) => {
    const box = element.getBoundingClientRect();
    const seen = areaOf(meetOf(box, room));
    return seen > 0 && seen < most && !own.contains(element) && isReached(element, box, own) ? [box] : [];
  });
}

export const overlaps = (box: Box, taken: Box[]) => taken.some((each) => shared(box, each) > 0);

function isReached(element: Element, box: Box, own: Element): boolean {
  const seen = meetOf(box, { left: 0, top: 0, right: innerWidth, bottom: innerHeight });
  const there = document.elementsFromPoint((seen.left + seen.right) / 2, (seen.top + seen.bottom) / 2);
  const first = there.find((each) => !own.contains(each));
  return first !== undefined && (element.contains(first) || !!first.closest("label")?.contains(element));
}

function meetOf(one: Box, other: Box): Box {
  return {
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  };
}

const areaOf = ({ left, top, right, bottom }: Box) => Math.max(0, right - left) * Math.max(0, bottom - top);
const shared = (one: Box, other: Box) => areaOf(meetOf(one, other));
