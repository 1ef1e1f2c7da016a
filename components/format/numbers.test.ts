import { describe, expect, it } from "vitest";
import {
  decimalsOfTick,
  formatAge,
  formatDayTime,
  formatMoney,
  formatPrice,
  formatShortMoney,
  formatSignedBps,
  formatSignedMoney,
  formatSignedQuantity,
  formatZ,
} from "./numbers";

describe("numbers on the screen", () => {
  it("print prices with the decimals of their tick and nothing for none", () => {
    expect(decimalsOfTick(100)).toBe(2);
    expect(decimalsOfTick(1)).toBe(4);
    expect(decimalsOfTick(50)).toBe(3);
    expect(decimalsOfTick(10_000)).toBe(2);
    expect(formatPrice(12_345_600)).toBe("1,234.56");
    expect(formatPrice(500_950, 4)).toBe("50.0950");
    expect(formatPrice(0)).toBe("–");
  });

  it("carry a sign beside every amount that has a direction, and none on zero", () => {
    expect(formatSignedMoney(1_234_500)).toBe("+123.45");
    expect(formatSignedMoney(-1_234_500)).toBe("−123.45");
    expect(formatSignedMoney(0)).toBe("0.00");
    expect(formatSignedMoney(-20)).toBe("0.00");
    expect(formatSignedQuantity(-400)).toBe("−400");
    expect(formatSignedBps(12.34)).toBe("+12.3");
    expect(formatSignedBps(null)).toBe("–");
    expect(formatZ(-2.345)).toBe("−2.35");
    expect(formatZ(0.004)).toBe("0.00");
    expect(formatMoney(-5_000_000)).toBe("−500");
  });

  it("shorten large amounts and keep small ones", () => {
    expect(formatShortMoney(50_000_000_000)).toBe("5.00 M");
    expect(formatShortMoney(-123_450_000)).toBe("−12 k");
    expect(formatShortMoney(12_340_000)).toBe("1,234");
  });

  it("tell ages and times of day", () => {
    expect(formatAge(240)).toBe("0.2 s");
    expect(formatAge(14_200)).toBe("14 s");
    expect(formatAge(240_000)).toBe("4 min");
    expect(formatDayTime(50_602_123_456_789)).toBe("14:03:22");
    expect(formatDayTime(50_602_123_456_789, true)).toBe("14:03:22.123");
  });
});
