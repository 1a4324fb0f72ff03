/** Columns of the list of functions, for its head and its rows: fewer where there is less room. */
export const COLUMNS =
  "sm:grid-cols-[minmax(0,1fr)_5.5rem_4rem_2.25rem] xl:grid-cols-[minmax(0,1fr)_9rem_7.5rem_4rem_5.5rem_4rem_2.25rem]";
