/**
 * Where fields stand in the ITCH messages that make up nearly all of a day (sections 1.3 and 1.4), for a reader that
 * wants some of them and reads those from a view. An enum, since the bundler puts its numbers into the code.
 */
export enum ItchOffset {
  /** In all messages. */
  locate = 1,
  /** The order that a message of an order is about; in a replace, the original. */
  referenceHigh = 11,
  referenceLow = 15,
  /** 'A' and 'F'. */
  addedSide = 19,
  addedShares = 20,
  addedSymbol = 24,
  addedPrice = 32,
  /** 'E', 'C' and 'X'. */
  takenShares = 19,
  /** 'U': the order that replaces the original. */
  newReferenceHigh = 19,
  newReferenceLow = 23,
  newShares = 27,
  newPrice = 31,
}

/** The types of the messages whose fields `ItchOffset` knows. */
export enum ItchOrderType {
  add = 0x41,
  delete = 0x44,
  replace = 0x55,
  execute = 0x45,
  cancel = 0x58,
}
