CREATE TABLE "projection"."approvals" (
	"journal" text NOT NULL,
	"fact_number" bigint NOT NULL,
	"order" bigint NOT NULL,
	"quantity" bigint NOT NULL,
	"quantity_max" bigint NOT NULL,
	"notional" bigint NOT NULL,
	"notional_max" bigint NOT NULL,
	"price" bigint NOT NULL,
	"price_low" double precision NOT NULL,
	"price_high" double precision NOT NULL,
	"position" bigint NOT NULL,
	"position_max" bigint NOT NULL,
	"strategy_position" bigint NOT NULL,
	"strategy_position_max" bigint NOT NULL,
	"gross_exposure" double precision NOT NULL,
	"gross_exposure_max" double precision NOT NULL,
	"strategy_gross_exposure" double precision NOT NULL,
	"strategy_gross_exposure_max" double precision NOT NULL,
	"data_age_ns" bigint NOT NULL,
	"data_age_ns_max" bigint NOT NULL,
	"time_ns" bigint NOT NULL,
	CONSTRAINT "approvals_journal_fact_number_pk" PRIMARY KEY("journal","fact_number")
);
--> statement-breakpoint
CREATE TABLE "projection"."fill_marks" (
	"journal" text NOT NULL,
	"fill" bigint NOT NULL,
	"horizon_seconds" integer NOT NULL,
	"order" bigint NOT NULL,
	"bid" bigint NOT NULL,
	"ask" bigint NOT NULL,
	"late_ns" bigint NOT NULL,
	"time_ns" bigint NOT NULL,
	CONSTRAINT "fill_marks_journal_fill_horizon_seconds_pk" PRIMARY KEY("journal","fill","horizon_seconds")
);
--> statement-breakpoint
CREATE TABLE "projection"."order_books" (
	"journal" text NOT NULL,
	"fact_number" bigint NOT NULL,
	"order" bigint NOT NULL,
	"bid" bigint,
	"bid_quantity" bigint,
	"bid_venue" integer,
	"ask" bigint,
	"ask_quantity" bigint,
	"ask_venue" integer,
	"bids" jsonb NOT NULL,
	"asks" jsonb NOT NULL,
	CONSTRAINT "order_books_journal_fact_number_pk" PRIMARY KEY("journal","fact_number")
);
--> statement-breakpoint
CREATE TABLE "projection"."pair_signals" (
	"journal" text NOT NULL,
	"parent" bigint NOT NULL,
	"pair" integer NOT NULL,
	"z" double precision NOT NULL,
	"spread" double precision NOT NULL,
	"mean" double precision NOT NULL,
	"deviation" double precision NOT NULL,
	"hedge_ratio" double precision NOT NULL,
	"mid_a" double precision NOT NULL,
	"mid_b" double precision NOT NULL,
	"entry_z" double precision NOT NULL,
	"exit_z" double precision NOT NULL,
	"stop_z" double precision NOT NULL,
	CONSTRAINT "pair_signals_journal_parent_pk" PRIMARY KEY("journal","parent")
);
--> statement-breakpoint
CREATE TABLE "projection"."quote_signals" (
	"journal" text NOT NULL,
	"parent" bigint NOT NULL,
	"bid" bigint NOT NULL,
	"bid_quantity" bigint NOT NULL,
	"ask" bigint NOT NULL,
	"ask_quantity" bigint NOT NULL,
	"spread_bps" double precision NOT NULL,
	"spread_bps_min" double precision NOT NULL,
	"inventory_quantity" bigint NOT NULL,
	"inventory_quantity_max" bigint NOT NULL,
	"behind" bigint NOT NULL,
	CONSTRAINT "quote_signals_journal_parent_pk" PRIMARY KEY("journal","parent")
);
--> statement-breakpoint
CREATE INDEX "approvals_by_order" ON "projection"."approvals" USING btree ("journal","order");--> statement-breakpoint
CREATE INDEX "fill_marks_by_order" ON "projection"."fill_marks" USING btree ("journal","order");--> statement-breakpoint
CREATE INDEX "order_books_by_order" ON "projection"."order_books" USING btree ("journal","order");