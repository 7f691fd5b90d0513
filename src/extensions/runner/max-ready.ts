/**
 * So many cells stand ready in a runner at the most. With more extensions, those that served last have one, and the others
 * wait some milliseconds longer for theirs: a cell at rest takes 1.5 MB, and half a gigabyte of address space.
 */
export const MAX_READY = 64;
