/** One after the other, in the order in which they came: what asks books that are elsewhere must not be overtaken.   Floor: simulator world. */
export function inTurn(): <T>(work: () => T | Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}
