import { doublePrecision, index, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/**
 * What the gate saw when it let a message pass; `factNumber` is that message's. Each value has its limit beside it; a
 * limit of 0 was not asked. Prices of the collar and exposures at a mid may end in a fraction.
 */
export const approvals = projection.table(
  "approvals",
  {
    journal: text("journal").notNull(),
    factNumber: exactInteger("fact_number").notNull(),
    order: exactInteger("order").notNull(),
    quantity: exactInteger("quantity").notNull(),
    quantityMax: exactInteger("quantity_max").notNull(),
    notional: exactInteger("notional").notNull(),
    notionalMax: exactInteger("notional_max").notNull(),
    price: exactInteger("price").notNull(),
    priceLow: doublePrecision("price_low").notNull(),
    priceHigh: doublePrecision("price_high").notNull(),
    position: exactInteger("position").notNull(),
    positionMax: exactInteger("position_max").notNull(),
    strategyPosition: exactInteger("strategy_position").notNull(),
    strategyPositionMax: exactInteger("strategy_position_max").notNull(),
    grossExposure: doublePrecision("gross_exposure").notNull(),
    grossExposureMax: doublePrecision("gross_exposure_max").notNull(),
    strategyGrossExposure: doublePrecision("strategy_gross_exposure").notNull(),
    strategyGrossExposureMax: doublePrecision("strategy_gross_exposure_max").notNull(),
    dataAgeNs: exactInteger("data_age_ns").notNull(),
    dataAgeNsMax: exactInteger("data_age_ns_max").notNull(),
    timeNs: exactInteger("time_ns").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.journal, table.factNumber] }),
    index("approvals_by_order").on(table.journal, table.order),
  ],
);
