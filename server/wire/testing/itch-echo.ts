import type { ItchHandler } from "../itch";
import * as encode from "../itch-encode";

/**
 * Encodes every message it is handed, so that a test can compare what was decoded with the bytes it came from. Each
 * method passes its arguments on: an argument lost, swapped or cut by the decoder or the encoder shows as a difference.
 */
export class ItchEcho implements ItchHandler {
  readonly bytes = new Uint8Array(64);
  /** Length of the message encoded last; 0 when none was since it was set so. */
  length = 0;
  /** Messages received, by type byte. */
  readonly counts = new Map<string, number>();

  private took(length: number): void {
    this.length = length;
    const type = String.fromCharCode(this.bytes[0]);
    this.counts.set(type, (this.counts.get(type) ?? 0) + 1);
  }

  systemEvent(locate: number, tracking: number, timeNs: number, eventCode: number): void {
    this.took(encode.encodeSystemEvent(this.bytes, 0, locate, tracking, timeNs, eventCode));
  }

  stockDirectory(
    locate: number,
    tracking: number,
    timeNs: number,
    symbol: Uint8Array,
    symbolOffset: number,
    marketCategory: number,
    financialStatus: number,
    roundLotSize: number,
    roundLotsOnly: number,
    issueClassification: number,
    issueSubType: number,
    authenticity: number,
    shortSaleThreshold: number,
    ipoFlag: number,
    luldTier: number,
    etpFlag: number,
    etpLeverageFactor: number,
    inverse: number,
  ): void {
    this.took(
      encode.encodeStockDirectory(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        symbol,
        symbolOffset,
        marketCategory,
        financialStatus,
        roundLotSize,
        roundLotsOnly,
        issueClassification,
        issueSubType,
        authenticity,
        shortSaleThreshold,
        ipoFlag,
        luldTier,
        etpFlag,
        etpLeverageFactor,
        inverse,
      ),
    );
  }

  tradingAction(
    locate: number,
    tracking: number,
    timeNs: number,
    symbol: Uint8Array,
    symbolOffset: number,
    tradingState: number,
    reason: number,
  ): void {
    this.took(
      encode.encodeTradingAction(this.bytes, 0, locate, tracking, timeNs, symbol, symbolOffset, tradingState, reason),
    );
  }

  regShoRestriction(
    locate: number,
    tracking: number,
    timeNs: number,
    symbol: Uint8Array,
    symbolOffset: number,
    action: number,
  ): void {
    this.took(encode.encodeRegShoRestriction(this.bytes, 0, locate, tracking, timeNs, symbol, symbolOffset, action));
  }

  marketParticipantPosition(
    locate: number,
    tracking: number,
    timeNs: number,
    participant: number,
    symbol: Uint8Array,
    symbolOffset: number,
    primaryMarketMaker: number,
    marketMakerMode: number,
    participantState: number,
  ): void {
    this.took(
      encode.encodeMarketParticipantPosition(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        participant,
        symbol,
        symbolOffset,
        primaryMarketMaker,
        marketMakerMode,
        participantState,
      ),
    );
  }

  circuitBreakerLevels(
    locate: number,
    tracking: number,
    timeNs: number,
    level1Price8: number,
    level2Price8: number,
    level3Price8: number,
  ): void {
    this.took(
      encode.encodeCircuitBreakerLevels(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        level1Price8,
        level2Price8,
        level3Price8,
      ),
    );
  }

  circuitBreakerStatus(locate: number, tracking: number, timeNs: number, breachedLevel: number): void {
    this.took(encode.encodeCircuitBreakerStatus(this.bytes, 0, locate, tracking, timeNs, breachedLevel));
  }

  ipoQuotingPeriod(
    locate: number,
    tracking: number,
    timeNs: number,
    symbol: Uint8Array,
    symbolOffset: number,
    releaseTimeSeconds: number,
    releaseQualifier: number,
    ipoPrice: number,
  ): void {
    this.took(
      encode.encodeIpoQuotingPeriod(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        symbol,
        symbolOffset,
        releaseTimeSeconds,
        releaseQualifier,
        ipoPrice,
      ),
    );
  }

  auctionCollar(
    locate: number,
    tracking: number,
    timeNs: number,
    symbol: Uint8Array,
    symbolOffset: number,
    referencePrice: number,
    upperPrice: number,
    lowerPrice: number,
    extension: number,
  ): void {
    this.took(
      encode.encodeAuctionCollar(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        symbol,
        symbolOffset,
        referencePrice,
        upperPrice,
        lowerPrice,
        extension,
      ),
    );
  }

  operationalHalt(
    locate: number,
    tracking: number,
    timeNs: number,
    symbol: Uint8Array,
    symbolOffset: number,
    marketCode: number,
    haltAction: number,
  ): void {
    this.took(
      encode.encodeOperationalHalt(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        symbol,
        symbolOffset,
        marketCode,
        haltAction,
      ),
    );
  }

  addOrder(
    locate: number,
    tracking: number,
    timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    symbol: Uint8Array,
    symbolOffset: number,
    price: number,
  ): void {
    this.took(
      encode.encodeAddOrder(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        refHigh,
        refLow,
        side,
        shares,
        symbol,
        symbolOffset,
        price,
      ),
    );
  }

  addOrderAttributed(
    locate: number,
    tracking: number,
    timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    symbol: Uint8Array,
    symbolOffset: number,
    price: number,
    attribution: number,
  ): void {
    this.took(
      encode.encodeAddOrderAttributed(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        refHigh,
        refLow,
        side,
        shares,
        symbol,
        symbolOffset,
        price,
        attribution,
      ),
    );
  }

  orderExecuted(
    locate: number,
    tracking: number,
    timeNs: number,
    refHigh: number,
    refLow: number,
    shares: number,
    matchHigh: number,
    matchLow: number,
  ): void {
    this.took(
      encode.encodeOrderExecuted(this.bytes, 0, locate, tracking, timeNs, refHigh, refLow, shares, matchHigh, matchLow),
    );
  }

  orderExecutedWithPrice(
    locate: number,
    tracking: number,
    timeNs: number,
    refHigh: number,
    refLow: number,
    shares: number,
    matchHigh: number,
    matchLow: number,
    printable: number,
    price: number,
  ): void {
    this.took(
      encode.encodeOrderExecutedWithPrice(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        refHigh,
        refLow,
        shares,
        matchHigh,
        matchLow,
        printable,
        price,
      ),
    );
  }

  orderCancel(locate: number, tracking: number, timeNs: number, refHigh: number, refLow: number, shares: number): void {
    this.took(encode.encodeOrderCancel(this.bytes, 0, locate, tracking, timeNs, refHigh, refLow, shares));
  }

  orderDelete(locate: number, tracking: number, timeNs: number, refHigh: number, refLow: number): void {
    this.took(encode.encodeOrderDelete(this.bytes, 0, locate, tracking, timeNs, refHigh, refLow));
  }

  orderReplace(
    locate: number,
    tracking: number,
    timeNs: number,
    originalHigh: number,
    originalLow: number,
    newHigh: number,
    newLow: number,
    shares: number,
    price: number,
  ): void {
    this.took(
      encode.encodeOrderReplace(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        originalHigh,
        originalLow,
        newHigh,
        newLow,
        shares,
        price,
      ),
    );
  }

  trade(
    locate: number,
    tracking: number,
    timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    symbol: Uint8Array,
    symbolOffset: number,
    price: number,
    matchHigh: number,
    matchLow: number,
  ): void {
    this.took(
      encode.encodeTrade(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        refHigh,
        refLow,
        side,
        shares,
        symbol,
        symbolOffset,
        price,
        matchHigh,
        matchLow,
      ),
    );
  }

  crossTrade(
    locate: number,
    tracking: number,
    timeNs: number,
    shares: number,
    symbol: Uint8Array,
    symbolOffset: number,
    price: number,
    matchHigh: number,
    matchLow: number,
    crossType: number,
  ): void {
    this.took(
      encode.encodeCrossTrade(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        shares,
        symbol,
        symbolOffset,
        price,
        matchHigh,
        matchLow,
        crossType,
      ),
    );
  }

  brokenTrade(locate: number, tracking: number, timeNs: number, matchHigh: number, matchLow: number): void {
    this.took(encode.encodeBrokenTrade(this.bytes, 0, locate, tracking, timeNs, matchHigh, matchLow));
  }

  orderImbalance(
    locate: number,
    tracking: number,
    timeNs: number,
    pairedShares: number,
    imbalanceShares: number,
    direction: number,
    symbol: Uint8Array,
    symbolOffset: number,
    farPrice: number,
    nearPrice: number,
    referencePrice: number,
    crossType: number,
    variation: number,
  ): void {
    this.took(
      encode.encodeOrderImbalance(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        pairedShares,
        imbalanceShares,
        direction,
        symbol,
        symbolOffset,
        farPrice,
        nearPrice,
        referencePrice,
        crossType,
        variation,
      ),
    );
  }

  retailInterest(
    locate: number,
    tracking: number,
    timeNs: number,
    symbol: Uint8Array,
    symbolOffset: number,
    interest: number,
  ): void {
    this.took(encode.encodeRetailInterest(this.bytes, 0, locate, tracking, timeNs, symbol, symbolOffset, interest));
  }

  directListing(
    locate: number,
    tracking: number,
    timeNs: number,
    symbol: Uint8Array,
    symbolOffset: number,
    openEligibility: number,
    minimumPrice: number,
    maximumPrice: number,
    nearPrice: number,
    nearTimeNs: number,
    lowerPrice: number,
    upperPrice: number,
  ): void {
    this.took(
      encode.encodeDirectListing(
        this.bytes,
        0,
        locate,
        tracking,
        timeNs,
        symbol,
        symbolOffset,
        openEligibility,
        minimumPrice,
        maximumPrice,
        nearPrice,
        nearTimeNs,
        lowerPrice,
        upperPrice,
      ),
    );
  }
}
