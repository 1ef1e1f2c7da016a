CREATE TABLE "desk"."layouts" (
	"name" text PRIMARY KEY NOT NULL,
	"arrangement" jsonb NOT NULL,
	"changed_ms" bigint NOT NULL
);
