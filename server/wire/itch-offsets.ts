/**
 * Where fields stand in the ITCH messages that make up nearly all of a day (sections 1.3 and 1.4), for a reader that
 * wants some of them and reads those from a view. Enums, since the bundler puts their numbers into the code.
 */

/** In all messages about an order; the references are those of the order, in a replace of the original. */
export enum OrderOffset {
  locate = 1,
  referenceHigh = 11,
  referenceLow = 15,
  /** What comes after the fields above. */
  rest = 19,
}

/** 'A' and 'F'. */
export enum AddOffset {
  side = 19,
  shares = 20,
  symbol = 24,
  price = 32,
}

/** 'E', 'C' and 'X'. */
export enum TakeOffset {
  shares = 19,
}

/** 'U': the order that replaces the original. */
export enum ReplaceOffset {
  referenceHigh = 19,
  referenceLow = 23,
  shares = 27,
  price = 31,
}

/** The types of these messages, 'F' and 'C' aside. */
export enum ItchOrderType {
  add = 0x41,
  delete = 0x44,
  replace = 0x55,
  execute = 0x45,
  cancel = 0x58,
}
