import { beforeEach, describe, expect, test } from "vitest";
import { commandKinds, roles, scopes } from "../../domain/command";
import { dropChannel, orderChannel, retransmissionChannel, snapshotChannel } from "../machine/channels";
import { inputKinds } from "../machine/input-record";
import { operatorCommands } from "../machine/operator-commands";
import { readU16 } from "../wire/bytes";
import { moldEndOfSessionCount } from "../wire/mold-udp64";
import { soupType } from "../wire/soup-bin-tcp";
import { sequencedBytesPerTurnMax } from "./limits";
import { describeMemberLog, memberLog } from "./member-log";
import { ExchangeDriver } from "./testing/exchange-driver";
import { MemberClient } from "./testing/member-client";
import { smallDesk } from "./testing/small-desk";

const shutdown = {
  command: commandKinds.code.shutdown,
  scope: scopes.code.all,
  target: -1,
  role: roles.code.system,
  id: "00000000-0000-4000-8000-000000000001",
};
let driver: ExchangeDriver;
let clients: MemberClient[];

function connect(listener: number): MemberClient {
  const client = new MemberClient(driver, 1_024 + clients.length, listener);
  clients.push(client);
  return client;
}

beforeEach(() => {
  clients = [];
  driver = new ExchangeDriver(smallDesk({ names: 2 }));
  driver.onOutput = (output) => {
    for (const client of clients) client.hear(output);
  };
  driver.start().run(100);
});

describe("a member's sessions", () => {
  test("a login names the session and the next sequence number", () => {
    const client = connect(orderChannel).login();
    expect(client.session).toBe("HELIO00001");
    expect(driver.exchange.session).toBe("HELIO00001");
    expect(driver.exchange.sessionsUp(0)).toEqual({ orders: 1, dropCopies: 0 });
  });

  test("a wrong password, an unknown user and another session's name are refused and the line closed", () => {
    expect(connect(orderChannel).login(1, "HELIO1", "SECRET")).toMatchObject({ loginRejection: "A", closed: true });
    expect(connect(orderChannel).login(1, "OTHER", "HELIO")).toMatchObject({ loginRejection: "A", closed: true });
    const wrong = connect(orderChannel).login(1, "HELIO1", "HELIO", "HELIO00009");
    expect(wrong).toMatchObject({ loginRejection: "S", closed: true });
    expect(connect(orderChannel).login(1, "HELIO1", "HELIO", "HELIO00001").closed).toBe(false);
  });

  test("a member that comes back hears what it missed, from the number it asks for", () => {
    const first = connect(orderChannel).login();
    const price = driver.exchange.bookLevels(0, 0, 0, 1)[0].price;
    first.enter({ quantity: 10, price: price - 2_000 });
    const heard = first.payloads.length;
    driver.disconnect(first.channel);
    expect(driver.exchange.memberOrders(0).length).toBe(1);
    const copy = connect(dropChannel).login(0);
    const second = connect(orderChannel);
    second.userReference = 1;
    second.login(heard + 1);
    second.cancel(1);
    expect(second.payloads.length).toBe(1);
    expect(second.said).toMatchObject([{ kind: "canceled", reference: 1 }]);
    const third = connect(orderChannel).login(1);
    expect(third.payloads).toEqual([...first.payloads, ...second.payloads]);
    expect(second.closed).toBe(true);
    expect(copy.payloads).toEqual(second.payloads);
  });

  test("a long replay is spread over turns and arrives whole", () => {
    const first = connect(orderChannel).login();
    for (let round = 0; round < 3_000; round++) first.cancel(first.enter({ quantity: 1, price: 10_000 }));
    const late = connect(orderChannel).login();
    expect(late.payloads.length).toBeLessThan(first.payloads.length);
    const length = late.payloads.reduce((sum, payload) => sum + payload.length + 3, 0);
    expect(length).toBeLessThan(sequencedBytesPerTurnMax + 20_000);
    driver.run(50);
    expect(late.payloads).toEqual(first.payloads);
  });

  test("heartbeats go out every second, and a silent client is dropped after fifteen", () => {
    const silent = connect(orderChannel).login();
    const alive = connect(dropChannel).login();
    for (let second = 0; second < 16; second++) {
      alive.heartbeat();
      driver.run(1_000);
    }
    expect(silent.closed).toBe(true);
    expect(silent.heartbeats).toBeGreaterThanOrEqual(13);
    expect(alive.closed).toBe(false);
    expect(driver.exchange.sessionsUp(0)).toEqual({ orders: 0, dropCopies: 1 });
  });

  test("an exchange that stops in order ends every session and every feed, and goes on with them after its next start", () => {
    const client = connect(orderChannel).login();
    const copy = connect(dropChannel).login();
    client.enter({ quantity: 1, price: driver.exchange.bookLevels(0, 0, 0, 1)[0].price });
    const heard = client.payloads.length;
    const ends: string[] = [];
    const { onOutput } = driver;
    driver.onOutput = (output) => {
      onOutput(output);
      const { bytes, channel, kind } = output;
      if (kind === "send" && channel < 1_024 && readU16(bytes, 18) === moldEndOfSessionCount)
        ends.push(`feed ${channel}`);
      if (kind === "send" && bytes[2] === soupType.endOfSession) ends.push(`session ${channel}`);
    };
    driver.command({ ...shutdown, actor: "test", reason: "test" });
    expect(ends).toEqual([`session ${client.channel}`, `session ${copy.channel}`, "feed 16", "feed 17"]);
    expect([client.closed, copy.closed]).toEqual([true, true]);
    driver.start("continued");
    const back = connect(orderChannel).login(heard + 1);
    expect([back.session, back.closed]).toEqual([client.session, false]);
    expect(driver.exchange.memberOrders(0).length).toBe(1);
  });

  test("a logout closes the line, orders stay", () => {
    const client = connect(orderChannel).login();
    client.enter({ quantity: 1, price: driver.exchange.bookLevels(0, 0, 0, 1)[0].price });
    client.logout();
    expect(client.closed).toBe(true);
    expect(driver.exchange.memberOrders(0).length).toBe(1);
  });

  test("orders before a login, and packets that mean nothing, change nothing", () => {
    const early = connect(orderChannel);
    early.enter({ quantity: 1, price: 10_000 });
    expect(driver.exchange.memberOrders(0)).toEqual([]);
    driver.send(early.channel, new Uint8Array([0, 0, 0, 0]));
    expect(early.closed).toBe(true);
    const other = connect(dropChannel).login();
    other.enter({ quantity: 1, price: 10_000 });
    expect(driver.exchange.memberOrders(0)).toEqual([]);
    driver.connect(1_500, 7);
    driver.connect(1_501, orderChannel + 9);
    driver.send(1_500, new Uint8Array([1, 2, 3]));
  });

  test("packets cut anywhere are put together again", () => {
    const client = connect(orderChannel);
    const whole = new ExchangeDriver(smallDesk({ names: 2 }));
    const model = new MemberClient(whole, 1_024, orderChannel).login();
    model.enter({ quantity: 1, price: 10_000 });
    for (const { kind, payload } of whole.inputs)
      if (kind === inputKinds.code.data)
        for (const byte of payload) driver.send(client.channel, new Uint8Array([byte]));
    expect(client.said).toMatchObject([{ kind: "systemEvent" }, { kind: "accepted", reference: 1 }]);
  });

  test("there is room for many connections; retransmission clients make way, sessions do not", () => {
    for (let index = 0; index < 60; index++) driver.connect(2_000 + index, retransmissionChannel);
    for (let index = 0; index < 10; index++) connect(snapshotChannel).login();
    expect(clients.every(({ closed }) => !closed)).toBe(true);
    for (let index = 0; index < 60; index++) connect(dropChannel + 1).login();
    expect(driver.exchange.sessionsUp(1).dropCopies).toBe(54);
  });

  test("an operator reads what the venues told the member", () => {
    const client = connect(orderChannel).login();
    const ask = driver.exchange.bookLevels(0, 0, 1, 1)[0].price;
    client.enter({ quantity: 3, price: ask });
    client.enter({ quantity: 3, price: ask + 1 });
    client.cancel(client.enter({ quantity: 7, price: ask - 5_000, symbol: "N001" }));
    client.massCancel();
    expect(memberLog(driver.exchange).map(({ message }) => message)).toEqual([
      "system event",
      "system event",
      "accepted",
      "executed",
      "rejected",
      "accepted",
      "canceled",
      "mass cancel",
    ]);
    const lines = describeMemberLog(driver.exchange);
    expect(lines[3]).toBe(`00:00:00.100 NORTH executed #1 buy 3 N000 @ ${(ask / 10_000).toFixed(4)} (liquidity R)`);
    expect(lines[6]).toContain("canceled #3 buy 7 N001");
  });

  test("what an operator has the drop copy leave out is marked in what the venues told the member", () => {
    const client = connect(orderChannel).login();
    const ask = driver.exchange.bookLevels(0, 0, 1, 1)[0].price;
    const operator = { scope: scopes.code.venue, target: 0, role: 0, id: shutdown.id, actor: "", reason: "" };
    driver.command({ ...operator, command: operatorCommands.withholdExecution });
    client.enter({ quantity: 3, price: ask });
    client.enter({ quantity: 3, price: ask });
    const log = memberLog(driver.exchange).filter(({ venue, message }) => venue === 0 && message !== "system event");
    expect(log.map(({ message, isInDropCopy }) => [message, isInDropCopy])).toEqual([
      ["accepted", true],
      ["executed", false],
      ["accepted", true],
      ["executed", true],
    ]);
  });
});

describe("latency", () => {
  test("orders reach a far venue after its latency, in order; a near one takes them at once", () => {
    const [north, south] = smallDesk().venues;
    driver = new ExchangeDriver(smallDesk({ names: 2, venues: [north, { ...south, latencyMicroseconds: 25_000 }] }));
    driver.onOutput = (output) => {
      for (const client of clients) client.hear(output);
    };
    driver.start().run(100);
    const near = connect(orderChannel).login();
    const far = connect(orderChannel + 1).login();
    near.enter({ quantity: 1, price: 10_000 });
    far.cancel(far.enter({ quantity: 1, price: 10_000 }));
    expect(near.about(1).length).toBe(1);
    driver.run(20);
    expect(far.about(1)).toEqual([]);
    driver.run(10);
    expect(far.about(1)).toMatchObject([{ kind: "accepted" }, { kind: "canceled" }]);
  });
});
