import { describe, it } from "vitest";
import { expectNoBreaks } from "../support/expect-no-breaks";

/** The second half of the three hundred seeds, in a file of its own so that two workers share them. */
describe("more worlds of faults", () => {
  it("another hundred and fifty seeds break nothing", { timeout: 900_000 }, () => expectNoBreaks(151, 150));
});
