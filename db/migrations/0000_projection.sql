CREATE SCHEMA "desk";
--> statement-breakpoint
CREATE SCHEMA "projection";
--> statement-breakpoint
CREATE TABLE "projection"."alerts" (
	"journal" text NOT NULL,
	"fact_number" bigint NOT NULL,
	"code" text NOT NULL,
	"target" bigint NOT NULL,
	"value" double precision,
	"limit" double precision,
	"text" text NOT NULL,
	"time_ns" bigint NOT NULL,
	CONSTRAINT "alerts_journal_fact_number_pk" PRIMARY KEY("journal","fact_number")
);
--> statement-breakpoint
CREATE TABLE "projection"."bars" (
	"journal" text NOT NULL,
	"instrument" integer NOT NULL,
	"minute" integer NOT NULL,
	"open" bigint NOT NULL,
	"high" bigint NOT NULL,
	"low" bigint NOT NULL,
	"close" bigint NOT NULL,
	"volume" bigint NOT NULL,
	"trades" bigint NOT NULL,
	CONSTRAINT "bars_journal_instrument_minute_pk" PRIMARY KEY("journal","instrument","minute")
);
--> statement-breakpoint
CREATE TABLE "projection"."commands" (
	"journal" text NOT NULL,
	"fact_number" bigint NOT NULL,
	"command_id" text NOT NULL,
	"command" text NOT NULL,
	"scope" text NOT NULL,
	"target" bigint NOT NULL,
	"actor" text NOT NULL,
	"role" text NOT NULL,
	"reason" text NOT NULL,
	"answer" text NOT NULL,
	"detail" double precision,
	"time_ns" bigint NOT NULL,
	CONSTRAINT "commands_journal_fact_number_pk" PRIMARY KEY("journal","fact_number")
);
--> statement-breakpoint
CREATE TABLE "projection"."fills" (
	"journal" text NOT NULL,
	"id" bigint NOT NULL,
	"order" bigint NOT NULL,
	"parent" bigint NOT NULL,
	"strategy" integer NOT NULL,
	"pair" integer NOT NULL,
	"instrument" integer NOT NULL,
	"venue" integer NOT NULL,
	"side" text NOT NULL,
	"quantity" bigint NOT NULL,
	"price" bigint NOT NULL,
	"fee" bigint NOT NULL,
	"liquidity" integer NOT NULL,
	"match" text NOT NULL,
	"source" integer NOT NULL,
	"venue_time_ns" bigint NOT NULL,
	"realised" bigint NOT NULL,
	"position_quantity" bigint NOT NULL,
	"average_price" double precision,
	"leaves_quantity" bigint NOT NULL,
	"broken" boolean NOT NULL,
	"time_ns" bigint NOT NULL,
	CONSTRAINT "fills_journal_id_pk" PRIMARY KEY("journal","id")
);
--> statement-breakpoint
CREATE TABLE "projection"."kills" (
	"journal" text NOT NULL,
	"fact_number" bigint NOT NULL,
	"scope" text NOT NULL,
	"target" bigint NOT NULL,
	"engaged" boolean NOT NULL,
	"orders" bigint NOT NULL,
	"cancelled" bigint NOT NULL,
	"unknown" bigint NOT NULL,
	"time_ns" bigint NOT NULL,
	CONSTRAINT "kills_journal_fact_number_pk" PRIMARY KEY("journal","fact_number")
);
--> statement-breakpoint
CREATE TABLE "projection"."marks" (
	"journal" text NOT NULL,
	"fact_number" bigint NOT NULL,
	"strategy" integer NOT NULL,
	"realised" bigint NOT NULL,
	"unrealised" bigint NOT NULL,
	"fees" bigint NOT NULL,
	"gross_exposure" bigint NOT NULL,
	"net_exposure" bigint NOT NULL,
	"time_ns" bigint NOT NULL,
	CONSTRAINT "marks_journal_fact_number_pk" PRIMARY KEY("journal","fact_number")
);
--> statement-breakpoint
CREATE TABLE "projection"."orders" (
	"journal" text NOT NULL,
	"id" bigint NOT NULL,
	"parent" bigint NOT NULL,
	"strategy" integer NOT NULL,
	"pair" integer NOT NULL,
	"instrument" integer NOT NULL,
	"venue" integer NOT NULL,
	"user_reference" bigint NOT NULL,
	"side" text NOT NULL,
	"quantity" bigint NOT NULL,
	"filled_quantity" bigint NOT NULL,
	"leaves_quantity" bigint NOT NULL,
	"price" bigint NOT NULL,
	"time_in_force" text NOT NULL,
	"post_only" boolean NOT NULL,
	"state" text NOT NULL,
	"cancel_cause" text,
	"bid" bigint NOT NULL,
	"ask" bigint NOT NULL,
	"submitted_ns" bigint NOT NULL,
	"changed_ns" bigint NOT NULL,
	CONSTRAINT "orders_journal_id_pk" PRIMARY KEY("journal","id")
);
--> statement-breakpoint
CREATE TABLE "projection"."pair_states" (
	"journal" text NOT NULL,
	"fact_number" bigint NOT NULL,
	"pair" integer NOT NULL,
	"strategy" integer NOT NULL,
	"from" text NOT NULL,
	"to" text NOT NULL,
	"reason" text NOT NULL,
	"z" double precision,
	"quantity_a" bigint NOT NULL,
	"quantity_b" bigint NOT NULL,
	"realised" bigint NOT NULL,
	"fees" bigint NOT NULL,
	"time_ns" bigint NOT NULL,
	CONSTRAINT "pair_states_journal_fact_number_pk" PRIMARY KEY("journal","fact_number")
);
--> statement-breakpoint
CREATE TABLE "projection"."parents" (
	"journal" text NOT NULL,
	"id" bigint NOT NULL,
	"strategy" integer NOT NULL,
	"pair" integer NOT NULL,
	"instrument" integer NOT NULL,
	"side" text NOT NULL,
	"quantity" bigint NOT NULL,
	"limit_price" bigint NOT NULL,
	"reason" text NOT NULL,
	"arrival_bid" bigint NOT NULL,
	"arrival_ask" bigint NOT NULL,
	"signal" double precision,
	"created_ns" bigint NOT NULL,
	CONSTRAINT "parents_journal_id_pk" PRIMARY KEY("journal","id")
);
--> statement-breakpoint
CREATE TABLE "projection"."positions" (
	"journal" text NOT NULL,
	"strategy" integer NOT NULL,
	"pair" integer NOT NULL,
	"instrument" integer NOT NULL,
	"quantity" bigint NOT NULL,
	"total_cost" bigint NOT NULL,
	"realised" bigint NOT NULL,
	"fees" bigint NOT NULL,
	"bought_quantity" bigint NOT NULL,
	"sold_quantity" bigint NOT NULL,
	"changed_ns" bigint NOT NULL,
	CONSTRAINT "positions_journal_strategy_pair_instrument_pk" PRIMARY KEY("journal","strategy","pair","instrument")
);
--> statement-breakpoint
CREATE TABLE "projection"."progress" (
	"journal" text PRIMARY KEY NOT NULL,
	"trading_day" text NOT NULL,
	"desk_hash" text NOT NULL,
	"fact_number" bigint NOT NULL,
	"fact_digest" text NOT NULL,
	"advanced_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "projection"."refusals" (
	"journal" text NOT NULL,
	"fact_number" bigint NOT NULL,
	"strategy" integer NOT NULL,
	"pair" integer NOT NULL,
	"instrument" integer NOT NULL,
	"venue" integer NOT NULL,
	"side" text NOT NULL,
	"quantity" bigint NOT NULL,
	"price" bigint NOT NULL,
	"code" text NOT NULL,
	"limit" double precision,
	"value" double precision,
	"time_ns" bigint NOT NULL,
	CONSTRAINT "refusals_journal_fact_number_pk" PRIMARY KEY("journal","fact_number")
);
--> statement-breakpoint
CREATE TABLE "projection"."strategies" (
	"journal" text NOT NULL,
	"strategy" integer NOT NULL,
	"state" text NOT NULL,
	"stage" text NOT NULL,
	"since_ns" bigint NOT NULL,
	CONSTRAINT "strategies_journal_strategy_pk" PRIMARY KEY("journal","strategy")
);
--> statement-breakpoint
CREATE TABLE "projection"."strategy_states" (
	"journal" text NOT NULL,
	"fact_number" bigint NOT NULL,
	"strategy" integer NOT NULL,
	"from" text NOT NULL,
	"to" text NOT NULL,
	"stage" text NOT NULL,
	"time_ns" bigint NOT NULL,
	CONSTRAINT "strategy_states_journal_fact_number_pk" PRIMARY KEY("journal","fact_number")
);
