CREATE TABLE "projection"."order_events" (
	"journal" text NOT NULL,
	"fact_number" bigint NOT NULL,
	"order" bigint NOT NULL,
	"kind" text NOT NULL,
	"quantity" bigint,
	"price" bigint,
	"leaves_quantity" bigint,
	"venue_time_ns" bigint,
	"detail" text,
	"time_ns" bigint NOT NULL,
	CONSTRAINT "order_events_journal_fact_number_pk" PRIMARY KEY("journal","fact_number")
);
--> statement-breakpoint
CREATE TABLE "projection"."trades" (
	"journal" text NOT NULL,
	"id" bigint NOT NULL,
	"opened_fact" bigint,
	"pair" integer NOT NULL,
	"strategy" integer NOT NULL,
	"side" text NOT NULL,
	"opened_ns" bigint,
	"closed_ns" bigint NOT NULL,
	"holding_ns" bigint,
	"exit_reason" text NOT NULL,
	"entry_z" double precision,
	"exit_z" double precision,
	"fills" integer NOT NULL,
	"broken_fills" integer NOT NULL,
	"turnover" bigint NOT NULL,
	"gross" bigint NOT NULL,
	"fees" bigint NOT NULL,
	"net" bigint NOT NULL,
	"instruments" integer[] NOT NULL,
	"venues" integer[] NOT NULL,
	"legs" jsonb NOT NULL,
	CONSTRAINT "trades_journal_id_pk" PRIMARY KEY("journal","id")
);
--> statement-breakpoint
ALTER TABLE "projection"."fills" ADD COLUMN "fact_number" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "order_events_by_order" ON "projection"."order_events" USING btree ("journal","order");--> statement-breakpoint
CREATE INDEX "trades_by_pair" ON "projection"."trades" USING btree ("journal","pair","id");--> statement-breakpoint
CREATE INDEX "fills_by_pair" ON "projection"."fills" USING btree ("journal","pair","fact_number");--> statement-breakpoint
CREATE INDEX "fills_by_order" ON "projection"."fills" USING btree ("journal","order");--> statement-breakpoint
CREATE INDEX "pair_states_by_pair" ON "projection"."pair_states" USING btree ("journal","pair","fact_number");