import type { PoolClient } from "pg";

/*
 * A trade is what happened to a pair between the fact that took it out of flat and the one that took it back. Whether
 * a fill belongs to the way in or out is what its parent was for. All in one statement, from rows that are there
 * already: the result depends on the facts only, not on how they were batched.
 */
const writeTradesText = `
insert into projection.trades (journal, id, opened_fact, pair, strategy, side, opened_ns, closed_ns, holding_ns,
  exit_reason, entry_z, exit_z, fills, broken_fills, turnover, gross, fees, net, instruments, venues, legs)
select $1, flat.fact_number, entering.fact_number, flat.pair, flat.strategy,
  case when coalesce(held.quantity_a, 0) < 0 then 'sell' else 'buy' end,
  entering.time_ns, flat.time_ns, flat.time_ns - entering.time_ns, flat.reason, entering.z, coalesce(leaving.z, flat.z),
  sums.fills, sums.broken_fills, sums.turnover, sums.gross, sums.fees, sums.gross - sums.fees,
  sums.instruments, sums.venues, sums.legs
from unnest($2::bigint[]) as closing(id)
join projection.pair_states flat on flat.journal = $1 and flat.fact_number = closing.id
left join lateral (
  select fact_number, time_ns, z from projection.pair_states
  where journal = $1 and pair = flat.pair and fact_number < flat.fact_number and "from" = 'flat'
  order by fact_number desc limit 1
) entering on true
left join lateral (
  select quantity_a from projection.pair_states
  where journal = $1 and pair = flat.pair and fact_number < flat.fact_number order by fact_number desc limit 1
) held on true
left join lateral (
  select z from projection.pair_states
  where journal = $1 and pair = flat.pair and fact_number < flat.fact_number
    and fact_number > coalesce(entering.fact_number, 0) and "to" in ('exiting', 'unwinding')
  order by fact_number limit 1
) leaving on true
join lateral (
  select sum(leg.fills)::integer as fills, sum(leg.broken_fills)::integer as broken_fills,
    sum(leg.turnover)::bigint as turnover, sum(leg.realised)::bigint as gross, sum(leg.fees)::bigint as fees,
    array_agg(leg.instrument order by leg.instrument) as instruments,
    (select array_agg(distinct venue order by venue) from projection.fills
      where journal = $1 and pair = flat.pair and strategy = flat.strategy and fact_number < flat.fact_number
        and fact_number > coalesce(entering.fact_number, 0)) as venues,
    jsonb_agg(jsonb_build_object('instrument', leg.instrument, 'entryQuantity', leg.entry_quantity,
      'entryValue', leg.entry_value, 'exitQuantity', leg.exit_quantity, 'exitValue', leg.exit_value,
      'fees', leg.fees, 'realised', leg.realised) order by leg.instrument) as legs
  from (
    select f.instrument, count(*) as fills, count(*) filter (where f.broken) as broken_fills,
      coalesce(sum(f.quantity * f.price) filter (where not f.broken), 0) as turnover,
      coalesce(sum(f.realised) filter (where not f.broken), 0) as realised,
      coalesce(sum(f.fee) filter (where not f.broken), 0) as fees,
      coalesce(sum(f.signed) filter (where f.entry and not f.broken), 0) as entry_quantity,
      coalesce(sum(f.signed * f.price) filter (where f.entry and not f.broken), 0) as entry_value,
      coalesce(sum(f.signed) filter (where not f.entry and not f.broken), 0) as exit_quantity,
      coalesce(sum(f.signed * f.price) filter (where not f.entry and not f.broken), 0) as exit_value
    from (
      select fill.*, case when fill.side = 'buy' then fill.quantity else -fill.quantity end as signed,
        coalesce(parent.reason in ('entry', 'chase'), false) as entry
      from projection.fills fill
      left join projection.parents parent on parent.journal = fill.journal and parent.id = fill.parent
      where fill.journal = $1 and fill.pair = flat.pair and fill.strategy = flat.strategy
        and fill.fact_number < flat.fact_number and fill.fact_number > coalesce(entering.fact_number, 0)
    ) f
    group by f.instrument
  ) leg
) sums on sums.fills > 0
on conflict (journal, id) do update set
  opened_fact = excluded.opened_fact, pair = excluded.pair, strategy = excluded.strategy, side = excluded.side,
  opened_ns = excluded.opened_ns, closed_ns = excluded.closed_ns, holding_ns = excluded.holding_ns,
  exit_reason = excluded.exit_reason, entry_z = excluded.entry_z, exit_z = excluded.exit_z, fills = excluded.fills,
  broken_fills = excluded.broken_fills, turnover = excluded.turnover, gross = excluded.gross, fees = excluded.fees,
  net = excluded.net, instruments = excluded.instruments, venues = excluded.venues, legs = excluded.legs`;

/** Writes the trades that these facts closed, from the fills and states in the database. */
export async function writeTrades(client: PoolClient, journal: string, closings: readonly number[]): Promise<void> {
  if (closings.length > 0) await client.query(writeTradesText, [journal, closings]);
}

/** Which closed trades hold these fills? */
export async function tradesOfFills(client: PoolClient, journal: string, fills: readonly number[]): Promise<number[]> {
  const { rows } = await client.query<{ id: string }>(
    `select trade.id from projection.fills fill join projection.trades trade on trade.journal = fill.journal
       and trade.pair = fill.pair and trade.strategy = fill.strategy and trade.id > fill.fact_number
       and coalesce(trade.opened_fact, 0) < fill.fact_number
     where fill.journal = $1 and fill.id = any($2::bigint[])`,
    [journal, fills],
  );
  return rows.map(({ id }) => Number(id));
}
